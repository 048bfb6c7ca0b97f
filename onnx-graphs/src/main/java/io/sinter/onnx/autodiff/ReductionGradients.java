package io.sinter.onnx.autodiff;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Operators that reduce over axes: their gradients are stretched over those again. */
final class ReductionGradients {

    private ReductionGradients() {}

    static Map<String, GradientRule> rules() {
        Map<String, GradientRule> rules = new HashMap<>();
        rules.put("ReduceSum", GradientRule.of((o, n) -> o.expand(kept(o, n, n.dy()), Extents.of(o, n.x()))));
        rules.put("ReduceMean", GradientRule.of(ReductionGradients::mean));
        rules.put("ReduceMax", GradientRule.of(ReductionGradients::extreme));
        rules.put("ReduceMin", GradientRule.of(ReductionGradients::extreme));
        rules.put("ReduceL1", GradientRule.of((o, n) -> o.mul(kept(o, n, n.dy()), FunctionGradients.sign(o, n.x()))));
        rules.put("ReduceL2", GradientRule.of(ReductionGradients::norm));
        rules.put("ReduceSumSquare", GradientRule.of(ReductionGradients::sumSquare));
        rules.put("ReduceLogSum", GradientRule.of(ReductionGradients::logSum));
        rules.put("ReduceLogSumExp", GradientRule.of(ReductionGradients::logSumExp));
        return rules;
    }

    /** A value of the result's shape, with the reduced axes at extent 1. */
    private static Value kept(Ops ops, Adjoint at, Value reduced) {
        boolean isKept = at.node().intAttribute("keepdims", 1) != 0;
        Optional<Value> axes = isKept ? Optional.empty() : axes(ops, at);
        return axes.map(a -> ops.apply("Unsqueeze", List.of(reduced, a), Map.of()))
                .orElse(reduced);
    }

    /** The axes, or nothing where all of them are reduced, which leaves a scalar. */
    private static Optional<Value> axes(Ops ops, Adjoint at) {
        return Optional.ofNullable(at.node().input(1))
                .or(() -> at.node().intsAttribute("axes").map(axes -> Extents.vector(ops, axes)));
    }

    private static Value mean(Ops ops, Adjoint at) {
        // As floats: a tensor without elements has 0 / 0 of them, which ends a process that divides integers.
        Value count = ops.div(
                ops.cast(Extents.size(ops, at.x()), DType.FLOAT), ops.cast(Extents.size(ops, at.y()), DType.FLOAT));
        Value share = ops.div(kept(ops, at, at.dy()), ops.cast(count, at.dtype(at.y())));
        return ops.expand(share, Extents.of(ops, at.x()));
    }

    /** The gradient goes to the largest (smallest) elements, in equal parts. */
    private static Value extreme(Ops ops, Adjoint at) {
        Value equal = ops.cast(ops.equal(at.x(), kept(ops, at, at.y())), at.dtype(at.y()));
        Optional<Value> axes = axes(ops, at);
        List<Value> operands = axes.map(a -> List.of(equal, a)).orElseGet(() -> List.of(equal));
        Value count = ops.apply("ReduceSum", operands, Map.of());
        return ops.mul(ops.div(kept(ops, at, at.dy()), count), equal);
    }

    /** x / ‖x‖, and 0 where the norm is 0. */
    private static Value norm(Ops ops, Adjoint at) {
        Value norm = kept(ops, at, at.y());
        Value divisor = ops.where(ops.equal(norm, at.number(ops, 0)), at.number(ops, 1), norm);
        return ops.mul(ops.div(kept(ops, at, at.dy()), divisor), at.x());
    }

    private static Value sumSquare(Ops ops, Adjoint at) {
        return ops.mul(ops.mul(kept(ops, at, at.dy()), at.number(ops, 2)), at.x());
    }

    private static Value logSum(Ops ops, Adjoint at) {
        Value share = ops.div(kept(ops, at, at.dy()), ops.exp(kept(ops, at, at.y())));
        return ops.expand(share, Extents.of(ops, at.x()));
    }

    private static Value logSumExp(Ops ops, Adjoint at) {
        return ops.mul(kept(ops, at, at.dy()), ops.exp(ops.sub(at.x(), kept(ops, at, at.y()))));
    }
}
