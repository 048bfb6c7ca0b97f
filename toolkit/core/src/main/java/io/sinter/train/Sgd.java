package io.sinter.train;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.List;

/**
 * Stochastic gradient descent, as PyTorch's: with g ← g + decay·w and, where there is momentum μ, b ← μb + g instead of g,
 * w ← w − ηg.
 *
 * @param momentum from 0 to less than 1
 * @param decay of weights, 0 or more
 * @param decayed which parameters it is for
 */
public record Sgd(double momentum, double decay, Decayed decayed) implements Optimizer {

    /** Checks the numbers. */
    public Sgd {
        if (!(momentum >= 0 && momentum < 1 && decay >= 0)) {
            throw new IllegalArgumentException(
                    "sgd: got momentum %s, decay %s: expected momentum in [0, 1), decay 0 or more"
                            .formatted(momentum, decay));
        }
    }

    /** With a decay of all parameters. */
    public Sgd(double momentum, double decay) {
        this(momentum, decay, Decayed.ALL);
    }

    @Override
    public List<String> slots() {
        return momentum == 0 ? List.of() : List.of("momentum");
    }

    @Override
    public Updated update(Ops ops, Value parameter, Value gradient, List<Value> kept, Pace pace) {
        double pull = decayed.of(decay, parameter);
        Value slope = pull == 0 ? gradient : ops.add(gradient, ops.mul(parameter, Doubles.single(ops, pull)));
        List<Value> next = kept.stream()
                .map(old -> ops.add(ops.mul(old, Doubles.single(ops, momentum)), slope))
                .toList();
        Value direction = next.isEmpty() ? slope : next.getFirst();
        Value step = ops.mul(direction, Doubles.toFloat(ops, pace.rate()));
        return new Updated(ops.sub(parameter, step), next);
    }
}
