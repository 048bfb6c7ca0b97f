package io.sinter.train;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.List;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019), as PyTorch's: with
 * m ← β₁m + (1 − β₁)g and v ← β₂v + (1 − β₂)g² in step t,
 * w ← (1 − η·decay)·w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
 *
 * @param beta1 how much of the mean gradient m stays, from 0 to less than 1
 * @param beta2 how much of the mean square v stays, from 0 to less than 1
 * @param epsilon keeps the quotient finite, above 0
 * @param decay of weights, 0 or more
 * @param decayed which parameters it is for
 */
public record AdamW(double beta1, double beta2, double epsilon, double decay, Decayed decayed) implements Optimizer {

    /** PyTorch's defaults. */
    public static final AdamW DEFAULT = new AdamW(0.9, 0.999, 1e-8, 0.01);

    /** Checks the numbers. */
    public AdamW {
        if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0 && decay >= 0)) {
            throw new IllegalArgumentException(
                    "adamw: got betas %s and %s, epsilon %s, decay %s: expected betas in [0, 1), epsilon above 0, decay 0 or more"
                            .formatted(beta1, beta2, epsilon, decay));
        }
    }

    /** With a decay of all parameters. */
    public AdamW(double beta1, double beta2, double epsilon, double decay) {
        this(beta1, beta2, epsilon, decay, Decayed.ALL);
    }

    @Override
    public List<String> slots() {
        return List.of("mean", "square");
    }

    @Override
    public Updated update(Ops ops, Value parameter, Value gradient, List<Value> kept, Pace pace) {
        Value mean = moved(ops, kept.get(0), gradient, beta1);
        Value square = moved(ops, kept.get(1), ops.mul(gradient, gradient), beta2);
        Value length = Doubles.toFloat(ops, ops.div(pace.rate(), correction(ops, beta1, pace)));
        Value root = Doubles.toFloat(ops, ops.sqrt(correction(ops, beta2, pace)));
        Value shrink = ops.sub(Doubles.of(ops, 1), ops.mul(pace.rate(), Doubles.of(ops, decayed.of(decay, parameter))));
        Value divisor = ops.add(ops.div(ops.sqrt(square), root), Doubles.single(ops, epsilon));
        Value step = ops.mul(length, ops.div(mean, divisor));
        Value next = ops.sub(ops.mul(parameter, Doubles.toFloat(ops, shrink)), step);
        return new Updated(next, List.of(mean, square));
    }

    /** β·old + (1 − β)·now. */
    private static Value moved(Ops ops, Value old, Value now, double beta) {
        return ops.add(ops.mul(old, Doubles.single(ops, beta)), ops.mul(now, Doubles.single(ops, 1 - beta)));
    }

    /** 1 − βᵗ: what the weights of a mean that started at 0 add up to. */
    private static Value correction(Ops ops, double beta, Pace pace) {
        return ops.sub(Doubles.of(ops, 1), ops.pow(Doubles.of(ops, beta), pace.step()));
    }
}
