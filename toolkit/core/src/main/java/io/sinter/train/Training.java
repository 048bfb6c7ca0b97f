package io.sinter.train;

import java.util.Optional;

/**
 * A training: what is trained, on what, for how long.
 *
 * @param graph the graph of a step
 * @param batches what it reads
 * @param dev what is measured on the way
 * @param options how long it runs
 */
public record Training(TrainingGraph graph, BatchSource batches, Optional<DevMeasure> dev, RunOptions options) {

    /** Checks that a training that is to stop early has something to go by. */
    public Training {
        if (options.stopping().isPresent() && dev.isEmpty()) {
            throw new IllegalArgumentException("training: stops early, but nothing is measured: give held-out data");
        }
    }
}
