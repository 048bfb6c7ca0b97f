package io.sinter.train;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import java.util.List;
import java.util.Map;

/**
 * The learning rate of every step, as nodes of the number of steps done before it: {@code s / warmup} of the peak for s below
 * {@code warmup}, then the peak times a factor that its {@link Decay} says; as transformers' schedules of those names.
 *
 * @param decay how it falls after the warm-up
 * @param peak the largest learning rate
 * @param warmup steps of warm-up, 0 or more
 * @param steps of the whole training, more than those of warm-up; from there on the rate of the last step's end stays
 */
public record Schedule(Decay decay, double peak, long warmup, long steps) {

    /** How a learning rate falls, p going from 0 at the end of the warm-up to 1 after the last step. */
    public enum Decay {
        /** It does not: 1. */
        CONSTANT,
        /** 1 − p. */
        LINEAR,
        /** (1 + cos πp) / 2. */
        COSINE
    }

    /** Checks the numbers. */
    public Schedule {
        if (!(peak > 0) || warmup < 0 || steps <= warmup) {
            throw new IllegalArgumentException(
                    "schedule: got peak %s, %d steps of warm-up and %d steps in all: expected a peak above 0 and more steps in all"
                            .formatted(peak, warmup, steps));
        }
    }

    /** One rate for all steps. */
    public static Schedule constant(double rate) {
        return new Schedule(Decay.CONSTANT, rate, 0, Long.MAX_VALUE);
    }

    /**
     * Emits the rate, a DOUBLE scalar.
     *
     * @param done steps done before this one, an INT64 scalar
     */
    Value rate(Ops ops, Value done) {
        Value step = ops.cast(done, DType.DOUBLE);
        Value rising = ops.div(step, Doubles.of(ops, (double) Math.max(1, warmup)));
        Value past = ops.div(ops.sub(step, Doubles.of(ops, (double) warmup)), Doubles.of(ops, (double) steps - warmup));
        Value factor = ops.where(ops.less(step, Doubles.of(ops, (double) warmup)), rising, falling(ops, past));
        return ops.mul(factor, Doubles.of(ops, peak));
    }

    private Value falling(Ops ops, Value past) {
        Value one = Doubles.of(ops, 1);
        Value progress = ops.min(past, one);
        return switch (decay) {
            case CONSTANT -> one;
            case LINEAR -> ops.sub(one, progress);
            case COSINE -> {
                Value angle = ops.mul(progress, Doubles.of(ops, Math.PI));
                Value cosine = ops.apply("Cos", List.of(angle), Map.of());
                yield ops.mul(ops.add(one, cosine), Doubles.of(ops, 0.5));
            }
        };
    }
}
