package io.sinter.train;

import java.util.Optional;

/**
 * How long a training runs, and what is done on the way.
 *
 * @param steps how many there are
 * @param saveEvery steps from one checkpoint to the next, where there is a folder; there is one at the end, too
 * @param measureEvery steps from one measurement on held-out data to the next, where there is such; it is measured before
 *     the first step and after the last, too
 * @param stopping when it ends early; with it, the weights of the best measurement are the result, else those of the last
 *     step
 */
public record RunOptions(long steps, long saveEvery, long measureEvery, Optional<EarlyStopping> stopping) {

    /** Checks the numbers. */
    public RunOptions {
        if (steps < 1 || saveEvery < 1 || measureEvery < 1) {
            throw new IllegalArgumentException(
                    "run: got %d steps, saved every %d, measured every %d: expected 1 or more of each"
                            .formatted(steps, saveEvery, measureEvery));
        }
    }

    /** Saves and measures ten times, and does not stop early. */
    public static RunOptions of(long steps) {
        long tenth = Math.max(1, steps / 10);
        return new RunOptions(steps, tenth, tenth, Optional.empty());
    }
}
