package io.sinter.checkpoint;

import io.sinter.tensor.TensorData;

/**
 * Where a tensor comes from.
 *
 * @param model what messages call the model
 * @param weights of the model
 * @param name in the model
 */
public record TensorAddress(String model, ModelWeights weights, String name) {

    /** Type and shape. */
    public ModelWeights.Spec spec() {
        return weights.find(name)
                .orElseThrow(() -> new IllegalStateException(model + " has no tensor \"" + name + "\""));
    }

    /** The elements. */
    TensorData read(Scratch scratch) {
        return weights.read(name, scratch);
    }

    /** Whether reading it takes no memory. */
    boolean isStored() {
        return weights.isStored(name);
    }
}
