package io.sinter.train;

/**
 * How parameters are trained.
 *
 * @param optimizer how they move
 * @param schedule how far, step by step
 * @param clip largest norm of all gradients together; longer ones are shortened to it. Infinity where none is
 */
public record TrainingOptions(Optimizer optimizer, Schedule schedule, double clip) {

    /** Checks the norm. */
    public TrainingOptions {
        if (!(clip > 0)) {
            throw new IllegalArgumentException("clip: got %s, expected more than 0".formatted(clip));
        }
    }

    /** Without clipping. */
    public TrainingOptions(Optimizer optimizer, Schedule schedule) {
        this(optimizer, schedule, Double.POSITIVE_INFINITY);
    }
}
