package io.sinter.train;

import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;

/** The model that is trained, with its weights as they are now, without gradients and without dropout. */
@FunctionalInterface
public interface Forward {

    /**
     * Computes values of the graph.
     *
     * @param inputs a tensor for every input of the graph that the outputs depend on; those of its other inputs may be there
     * @param outputs names of values of the graph before it became a training graph, which need not be its outputs
     * @return the values in the order asked for
     * @throws IllegalArgumentException if an input is missing or does not fit, or there is no such value
     */
    Map<String, TensorData> run(Map<String, TensorData> inputs, List<String> outputs);
}
