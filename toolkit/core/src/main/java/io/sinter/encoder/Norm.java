package io.sinter.encoder;

import io.sinter.tensor.TensorData;
import org.jspecify.annotations.Nullable;

/**
 * A normalisation over the last axis.
 *
 * @param name in the checkpoint, without {@code .weight}
 * @param kind which formula
 * @param gamma scale, float32 {@code [h]}
 * @param beta shift, float32 {@code [h]}, or null
 * @param epsilon added under the root
 */
public record Norm(
        String name, Kind kind, TensorData gamma, @Nullable TensorData beta, float epsilon) {

    /** The formula. */
    public enum Kind {
        /** (x − mean) / √(variance + epsilon) · gamma + beta. */
        LAYER,
        /** x / √(mean(x²) + epsilon) · gamma. */
        ROOT_MEAN_SQUARE
    }
}
