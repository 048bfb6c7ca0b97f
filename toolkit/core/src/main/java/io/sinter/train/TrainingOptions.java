package io.sinter.train;

/**
 * How parameters are trained.
 *
 * @param optimizer how they move
 * @param schedule how far, step by step
 * @param clip largest norm of all gradients together; longer ones are shortened to it. Infinity where none is
 * @param accumulate batches whose gradients are averaged into one step, at least 1: k batches of n examples move parameters
 *     as one of k·n does where the loss is a mean over equally many examples, in the memory of n
 * @param seed of what {@code Dropout} leaves out, step by step
 */
public record TrainingOptions(Optimizer optimizer, Schedule schedule, double clip, int accumulate, long seed) {

    /** Checks the numbers. */
    public TrainingOptions {
        if (!(clip > 0)) {
            throw new IllegalArgumentException("clip: got %s, expected more than 0".formatted(clip));
        }
        if (accumulate < 1) {
            throw new IllegalArgumentException("accumulate: got %d, expected 1 or more".formatted(accumulate));
        }
    }

    /** One batch a step. */
    public TrainingOptions(Optimizer optimizer, Schedule schedule, double clip) {
        this(optimizer, schedule, clip, 1, 1);
    }

    /** Without clipping, one batch a step. */
    public TrainingOptions(Optimizer optimizer, Schedule schedule) {
        this(optimizer, schedule, Double.POSITIVE_INFINITY);
    }
}
