package io.sinter.weights;

import java.util.function.Function;

/**
 * Which elements of the task vectors of a tensor are kept.
 *
 * @param open makes what prunes blocks; it may own scratch memory and a reader: one a task
 */
record Pruning(Function<Reader, Pruner> open) {

    /** Keeps everything. */
    static final Pruning NONE = new Pruning(reader -> (model, first, count, delta) -> {});

    /** Sets elements to zero that are not kept. */
    @FunctionalInterface
    interface Pruner {
        void prune(int model, long first, int count, float[] delta);
    }
}
