package io.sinter.onnx.autodiff;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that combine elements at one place, and broadcast. */
final class ArithmeticGradients {

    private ArithmeticGradients() {}

    static Map<String, GradientRule> rules() {
        Map<String, GradientRule> rules = new HashMap<>();
        rules.put("Add", GradientRule.variadic((o, n, i) -> n.dy()));
        rules.put("Sum", GradientRule.variadic((o, n, i) -> n.dy()));
        rules.put("Mean", GradientRule.variadic(ArithmeticGradients::mean));
        rules.put("Sub", GradientRule.broadcast((o, n) -> n.dy(), (o, n) -> o.neg(n.dy())));
        rules.put("Mul", GradientRule.variadic((o, n, i) -> o.mul(n.dy(), n.x(1 - i))));
        rules.put(
                "Div",
                GradientRule.broadcast(
                        (o, n) -> o.div(n.dy(), n.x(1)), (o, n) -> o.neg(o.mul(n.dy(), o.div(n.y(), n.x(1))))));
        rules.put("Pow", GradientRule.broadcast(ArithmeticGradients::base, ArithmeticGradients::exponent));
        rules.put("Max", GradientRule.variadic(ArithmeticGradients::chosen));
        rules.put("Min", GradientRule.variadic(ArithmeticGradients::chosen));
        rules.put(
                "Where",
                GradientRule.broadcast(
                        (o, n) -> null,
                        (o, n) -> o.where(n.x(), n.dy(), n.number(o, 0)),
                        (o, n) -> o.where(n.x(), n.number(o, 0), n.dy())));
        rules.put("Clip", ArithmeticGradients::clip);
        return rules;
    }

    private static Value mean(Ops ops, Adjoint at, int input) {
        return ops.div(at.dy(), at.number(ops, at.node().inputs().size()));
    }

    /** b · x^(b − 1). */
    private static Value base(Ops ops, Adjoint at) {
        Value b = ops.cast(at.x(1), at.dtype(at.y()));
        Value slope = ops.mul(b, ops.pow(at.x(), ops.sub(b, at.number(ops, 1))));
        return ops.mul(at.dy(), slope);
    }

    /** x^b · ln x, and 0 where x is not positive. */
    private static Value exponent(Ops ops, Adjoint at) {
        Value zero = at.number(ops, 0);
        Value slope = ops.where(ops.greater(at.x(), zero), ops.mul(at.y(), ops.log(at.x())), zero);
        return ops.mul(at.dy(), slope);
    }

    /** The gradient goes where the result came from, in equal parts where that is several inputs. */
    private static Value chosen(Ops ops, Adjoint at, int input) {
        Value count = null;
        for (int i = 0; i < at.node().inputs().size(); i++) {
            Value equal = equal(ops, at, i);
            count = count == null ? equal : ops.add(count, equal);
        }
        Value share = ops.mul(at.dy(), equal(ops, at, input));
        return count == null ? share : ops.div(share, count);
    }

    private static Value equal(Ops ops, Adjoint at, int input) {
        return ops.cast(ops.equal(at.x(input), at.y()), at.dtype(at.y()));
    }

    /** The gradient goes to x within the bounds, the bounds included, and else to the bound that is passed. */
    private static List<@Nullable Value> clip(Ops ops, Adjoint at) {
        Value zero = at.number(ops, 0);
        Value gradient = at.dy();
        Value low = null;
        Value high = null;
        if (at.node().input(1) != null) {
            Value below = ops.less(at.x(), at.x(1));
            low = at.wants(1) ? Extents.sumTo(ops, ops.where(below, gradient, zero), at.x(1)) : null;
            gradient = ops.where(below, zero, gradient);
        }
        if (at.node().input(2) != null) {
            Value above = ops.greater(at.x(), at.x(2));
            high = at.wants(2) ? Extents.sumTo(ops, ops.where(above, gradient, zero), at.x(2)) : null;
            gradient = ops.where(above, zero, gradient);
        }
        return Arrays.asList(gradient, low, high);
    }
}
