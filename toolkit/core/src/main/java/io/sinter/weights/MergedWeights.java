package io.sinter.weights;

import io.sinter.error.MalformedException;
import io.sinter.tensor.TensorData;

/** A merged tensor, made a stretch at a time: stretches in any order and of any size, from several threads at once. */
@FunctionalInterface
public interface MergedWeights {

    /**
     * Writes a stretch of the result.
     *
     * @param firstElement index, in the flattened tensor, of the first
     * @param target float32, float16, bfloat16 or float64 {@code [n]}, for elements {@code firstElement} to
     *     {@code firstElement + n − 1}; numbers are made in float32 and rounded to the nearest, ties to even
     * @throws IllegalArgumentException if the target is no such vector, or passes the tensor's end
     * @throws MalformedException if an element that the stretch needs is infinite or not a number, or one of the result is
     *     too large for float16
     */
    void into(long firstElement, TensorData target);
}
