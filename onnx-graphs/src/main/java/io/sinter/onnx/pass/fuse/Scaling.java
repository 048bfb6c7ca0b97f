package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A product or quotient with a constant number.
 *
 * @param scaled what is multiplied
 * @param factor with what
 */
record Scaling(Value scaled, double factor) {

    /** What a node does, if it is that. */
    static Optional<Scaling> of(Node node) {
        Value a = node.input(0);
        Value b = node.input(1);
        if (a == null || b == null || !(node.is("Mul") || node.is("Div"))) {
            return Optional.empty();
        }
        OptionalDouble right = Scalars.of(b);
        OptionalDouble left = Scalars.of(a);
        if (right.isPresent()) {
            double number = right.getAsDouble();
            return Optional.of(new Scaling(a, node.is("Div") ? 1 / number : number));
        }
        return left.isPresent() && node.is("Mul") ? Optional.of(new Scaling(b, left.getAsDouble())) : Optional.empty();
    }
}
