package io.sinter.train;

import io.sinter.tensor.TensorData;
import java.util.Map;

/**
 * Batches as a pure function of their number, so that a resumed training sees what an uninterrupted one would have seen.
 * Batches are made ahead on another thread: implementations hold no state that a batch changes.
 */
@FunctionalInterface
public interface BatchSource {

    /**
     * Makes a batch.
     *
     * @param number from 0. A step takes one; where gradients are accumulated over k batches, step s takes the numbers ks
     *     to ks + k − 1
     * @return a tensor for every input of the graph that is trained, by name
     */
    Map<String, TensorData> batch(long number);
}
