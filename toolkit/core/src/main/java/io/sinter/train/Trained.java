package io.sinter.train;

import io.sinter.tensor.TensorData;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a training.
 *
 * @param weights the parameters, by name
 * @param steps how many were taken
 * @param stoppedEarly whether it ended because held-out data got no better
 * @param best the best measurement, where there was any
 */
public record Trained(Map<String, TensorData> weights, long steps, boolean stoppedEarly, Optional<Measurement> best) {

    /**
     * A measurement on held-out data.
     *
     * @param step steps done before it
     */
    public record Measurement(long step, double value) {}

    /** Copies the map. */
    public Trained {
        weights = new LinkedHashMap<>(weights);
    }
}
