package io.sinter.onnx.pass;

import io.sinter.onnx.ir.Node;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How one operator is computed on small constants. */
@FunctionalInterface
interface Fold {

    /**
     * The one output, or null if it is left to the runtime: too large, a type not computed here, or an error that the
     * runtime should report.
     *
     * @param inputs operands, null where an optional one is left out
     */
    @Nullable
    SmallTensor compute(Node node, List<@Nullable SmallTensor> inputs);

    /** An operand that must be there, or null. */
    static @Nullable SmallTensor operand(List<@Nullable SmallTensor> inputs, int index) {
        return index < inputs.size() ? inputs.get(index) : null;
    }

    /** Axes from the second operand (opset 13 and later) or the attribute, or null where neither is given. */
    static @Nullable List<Long> axes(Node node, List<@Nullable SmallTensor> inputs) {
        SmallTensor operand = operand(inputs, 1);
        return operand == null
                ? node.intsAttribute("axes").orElse(null)
                : Arrays.stream(operand.elements()).boxed().toList();
    }
}
