package io.sinter.recipe;

import io.sinter.train.Schedule;
import org.jspecify.annotations.Nullable;

/**
 * How the learning rate goes: {@code {decay: linear, warmup: 50}}.
 *
 * @param decay how it falls after the warm-up; linear if not given
 * @param warmup steps in which it rises from 0; below 1, their share of all steps. 0 if not given
 */
public record ScheduleEntry(
        Schedule.@Nullable Decay decay, @Nullable Double warmup) {

    /** What is meant where a recipe says nothing. */
    public static final ScheduleEntry USUAL = new ScheduleEntry(null, null);

    /** Checks the warm-up. */
    public ScheduleEntry {
        if (warmup != null && !(warmup >= 0 && (warmup < 1 || warmup == Math.rint(warmup)))) {
            throw new IllegalArgumentException(
                    "warmup: got %s, expected a number of steps, or a share of all from 0 to less than 1"
                            .formatted(warmup));
        }
    }

    /**
     * The rate of every step.
     *
     * @param rate the largest
     * @param steps of the whole training
     * @throws IllegalArgumentException if there are no more of them than those of the warm-up
     */
    public Schedule over(double rate, long steps) {
        double rising = warmup == null ? 0 : warmup;
        long rises = rising < 1 ? (long) (rising * steps) : (long) rising;
        if (rises >= steps) {
            throw new IllegalArgumentException(
                    "schedule: warmup: got %d steps, but the whole training has %d: expected fewer"
                            .formatted(rises, steps));
        }
        return new Schedule(decay == null ? Schedule.Decay.LINEAR : decay, rate, rises, steps);
    }
}
