package io.sinter.train;

import io.sinter.tensor.TensorData;
import java.util.Map;
import java.util.Optional;

/**
 * Where a training is: all that it needs to go on.
 *
 * @param done steps taken
 * @param state parameters and what the optimiser keeps, by name
 * @param best the weights that were best on held-out data, where that is measured
 * @param sinceBest measurements since then
 */
record Progress(long done, Map<String, TensorData> state, Optional<Best> best, int sinceBest) {

    /**
     * The weights of the best measurement.
     *
     * @param weights by name
     */
    record Best(Trained.Measurement measurement, Map<String, TensorData> weights) {}
}
