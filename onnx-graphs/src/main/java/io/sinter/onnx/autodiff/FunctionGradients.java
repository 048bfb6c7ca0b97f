package io.sinter.onnx.autodiff;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Functions of one element: f(x), whose gradient is dy · f′(x). */
final class FunctionGradients {

    private FunctionGradients() {}

    static Map<String, GradientRule> rules() {
        Map<String, GradientRule> rules = new HashMap<>();
        rules.put("Identity", GradientRule.of((o, n) -> n.dy()));
        rules.put("Cast", GradientRule.of((o, n) -> o.cast(n.dy(), n.dtype(n.x()))));
        rules.put("Neg", GradientRule.of((o, n) -> o.neg(n.dy())));
        rules.put("Abs", GradientRule.of((o, n) -> o.mul(n.dy(), sign(o, n.x()))));
        rules.put("Sqrt", GradientRule.of((o, n) -> o.div(n.dy(), o.mul(n.y(), n.number(o, 2)))));
        rules.put("Reciprocal", GradientRule.of((o, n) -> o.neg(o.mul(n.dy(), o.mul(n.y(), n.y())))));
        rules.put("Exp", GradientRule.of((o, n) -> o.mul(n.dy(), n.y())));
        rules.put("Log", GradientRule.of((o, n) -> o.div(n.dy(), n.x())));
        rules.put("Sin", GradientRule.of((o, n) -> o.mul(n.dy(), o.apply("Cos", List.of(n.x()), Map.of()))));
        rules.put("Cos", GradientRule.of((o, n) -> o.neg(o.mul(n.dy(), o.apply("Sin", List.of(n.x()), Map.of())))));
        rules.put("Tanh", GradientRule.of((o, n) -> o.mul(n.dy(), complement(o, n, o.mul(n.y(), n.y())))));
        rules.put("Sigmoid", GradientRule.of((o, n) -> o.mul(n.dy(), o.mul(n.y(), complement(o, n, n.y())))));
        rules.put("Softplus", GradientRule.of((o, n) -> o.mul(n.dy(), o.sigmoid(n.x()))));
        rules.put("Erf", GradientRule.of((o, n) -> o.mul(n.dy(), bell(o, n, n.x(), 2 / Math.sqrt(Math.PI)))));
        rules.put("Relu", GradientRule.of((o, n) -> o.where(positive(o, n), n.dy(), n.number(o, 0))));
        rules.put("LeakyRelu", GradientRule.of(FunctionGradients::leakyRelu));
        rules.put("Elu", GradientRule.of(FunctionGradients::elu));
        rules.put("Gelu", GradientRule.of(FunctionGradients::gelu));
        List.of("Floor", "Ceil", "Round", "Sign").forEach(op -> rules.put(op, GradientRule.zero()));
        return rules;
    }

    static Value sign(Ops ops, Value x) {
        return ops.apply("Sign", List.of(x), Map.of());
    }

    private static Value positive(Ops ops, Adjoint at) {
        return ops.greater(at.x(), at.number(ops, 0));
    }

    /** 1 − part. */
    private static Value complement(Ops ops, Adjoint at, Value part) {
        return ops.sub(at.number(ops, 1), part);
    }

    /** factor · e^(−x²). */
    private static Value bell(Ops ops, Adjoint at, Value x, double factor) {
        return ops.mul(ops.exp(ops.neg(ops.mul(x, x))), at.number(ops, factor));
    }

    private static Value leakyRelu(Ops ops, Adjoint at) {
        Value leaked = ops.mul(at.dy(), at.number(ops, at.node().floatAttribute("alpha", 0.01f)));
        return ops.where(positive(ops, at), at.dy(), leaked);
    }

    /** Left of 0, α·(eˣ − 1) grows by what it is above −α. */
    private static Value elu(Ops ops, Adjoint at) {
        Value slope = ops.add(at.y(), at.number(ops, at.node().floatAttribute("alpha", 1)));
        return ops.where(positive(ops, at), at.dy(), ops.mul(at.dy(), slope));
    }

    private static Value gelu(Ops ops, Adjoint at) {
        boolean tanh = at.node().attribute("approximate") instanceof Attribute.Str s
                && s.text().equals("tanh");
        return ops.mul(at.dy(), tanh ? geluTanh(ops, at) : geluErf(ops, at));
    }

    /** Φ(x) + x · φ(x). */
    private static Value geluErf(Ops ops, Adjoint at) {
        Value scaled = ops.mul(at.x(), at.number(ops, Math.sqrt(0.5)));
        Value distribution = ops.mul(ops.add(ops.erf(scaled), at.number(ops, 1)), at.number(ops, 0.5));
        return ops.add(distribution, ops.mul(at.x(), bell(ops, at, scaled, 1 / Math.sqrt(2 * Math.PI))));
    }

    /** With t = tanh(√(2/π)·(x + 0.044715·x³)): (1 + t)/2 + x/2 · (1 − t²) · √(2/π)·(1 + 3·0.044715·x²). */
    private static Value geluTanh(Ops ops, Adjoint at) {
        double rate = Math.sqrt(2 / Math.PI);
        Value square = ops.mul(at.x(), at.x());
        Value cubic = ops.add(ops.mul(square, at.number(ops, 0.044715 * rate)), at.number(ops, rate));
        Value slope = ops.add(ops.mul(square, at.number(ops, 3 * 0.044715 * rate)), at.number(ops, rate));
        Value t = ops.tanh(ops.mul(at.x(), cubic));
        Value bend = ops.mul(at.x(), ops.mul(complement(ops, at, ops.mul(t, t)), slope));
        return ops.mul(ops.add(ops.add(t, at.number(ops, 1)), bend), at.number(ops, 0.5));
    }
}
