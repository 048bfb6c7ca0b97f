package io.sinter.onnx.autodiff;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that put whole tensors elsewhere: their gradients are put back. */
final class MovementGradients {

    private MovementGradients() {}

    static Map<String, GradientRule> rules() {
        Map<String, GradientRule> rules = new HashMap<>();
        GradientRule reshaped = GradientRule.of((o, n) -> Extents.reshapedTo(o, n.dy(), n.x()));
        List.of("Reshape", "Flatten", "Squeeze", "Unsqueeze").forEach(op -> rules.put(op, reshaped));
        rules.put("Transpose", GradientRule.of((o, n) -> o.transpose(n.dy(), inverse(n))));
        rules.put("Expand", GradientRule.of((o, n) -> Extents.sumTo(o, n.dy(), n.x())));
        rules.put("Concat", (o, n) -> Extents.split(o, n.dy(), n.axis("axis", 0, n.y()), inputs(n)));
        rules.put("Split", GradientRule.of(MovementGradients::joined));
        rules.put("Pad", GradientRule.of(MovementGradients::unpadded));
        rules.put("CumSum", GradientRule.of(MovementGradients::sumOfLater));
        return rules;
    }

    private static int[] inverse(Adjoint at) {
        int rank = at.shape(at.x()).rank();
        List<Long> perm = at.node().intsAttribute("perm").orElse(null);
        int[] inverse = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            inverse[perm == null ? rank - 1 - axis : (int) (long) perm.get(axis)] = axis;
        }
        return inverse;
    }

    private static List<Value> inputs(Adjoint at) {
        List<Value> inputs = new ArrayList<>();
        for (int i = 0; i < at.node().inputs().size(); i++) {
            inputs.add(at.x(i));
        }
        return inputs;
    }

    private static Value joined(Ops ops, Adjoint at) {
        List<Value> parts = new ArrayList<>();
        for (int i = 0; i < at.outputGradients().size(); i++) {
            Value gradient = at.outputGradients().get(i);
            parts.add(
                    gradient != null
                            ? gradient
                            : Extents.filled(ops, 0, at.node().output(i)));
        }
        return ops.concat(at.axis("axis", 0, at.x()), parts);
    }

    private static Value unpadded(Ops ops, Adjoint at) {
        if (at.node().attribute("mode") instanceof Attribute.Str mode
                && !mode.text().equals("constant")) {
            throw at.refusal("mode \"%s\"; only \"constant\" has a rule".formatted(mode.text()));
        }
        @Nullable Value axes = at.node().input(3);
        Value extents = ops.shape(at.x());
        Value padded = axes == null ? extents : ops.gather(extents, axes, 0);
        Value count = ops.shape(padded);
        Value zero = Extents.vector(ops, List.of(0L));
        Value starts = ops.apply("Slice", List.of(at.x(1), zero, count), Map.of());
        Value ends = ops.add(starts, padded);
        List<Value> operands = axes == null ? List.of(at.dy(), starts, ends) : List.of(at.dy(), starts, ends, axes);
        return ops.apply("Slice", operands, Map.of());
    }

    /** Every element is in the sums from its place on, so that its gradient is the sum the other way round. */
    private static Value sumOfLater(Ops ops, Adjoint at) {
        long reverse = 1 - at.node().intAttribute("reverse", 0);
        long exclusive = at.node().intAttribute("exclusive", 0);
        return ops.apply(
                "CumSum",
                List.of(at.dy(), at.x(1)),
                Map.of("reverse", Attribute.of(reverse), "exclusive", Attribute.of(exclusive)));
    }
}
