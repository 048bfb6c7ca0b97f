package io.sinter.encoder;

import io.sinter.tensor.TensorData;
import java.util.List;

/** Where the weights of a model come from. */
public interface WeightSource {

    /** What a weight is where nobody has trained it yet. */
    enum Initial {
        /** Normally distributed around 0 with the configuration's {@code initializer_range}: matrices and tables. */
        NORMAL,
        /** 0: shifts. */
        ZERO,
        /** 1: scales of norms. */
        ONE
    }

    /** Whether there is a tensor of that name. */
    boolean has(String name);

    /** Whether the names of the model without its head have this before them, such as {@code bert.}. */
    boolean hasPrefix(String prefix);

    /**
     * A tensor as float32.
     *
     * @param shape as it must be
     * @throws io.sinter.error.MissingException if there is none of that name
     * @throws io.sinter.error.MalformedException if it has another shape or is not of floats
     */
    TensorData tensor(String name, Initial initial, List<Long> shape);

    /**
     * Whether there are two tensors of those names, and they differ: transformers shares them if the configuration says
     * so, but believes a checkpoint that has both.
     */
    default boolean differ(String name, String other) {
        return false;
    }
}
