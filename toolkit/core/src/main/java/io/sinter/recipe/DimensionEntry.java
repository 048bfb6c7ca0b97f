package io.sinter.recipe;

import org.jspecify.annotations.Nullable;

/**
 * How tables of several widths come to one.
 *
 * @param to a model's name, a number, or {@code max}
 * @param by the method
 * @param parameters for {@link By#LINEAR}: a safetensors file, or {@code {file, prefix}}
 */
public record DimensionEntry(String to, By by, @Nullable Yaml parameters) {

    /** The methods. */
    public enum By {
        /** Zeros after the end of the narrower rows, before combining. */
        ZERO_PAD,
        /** A given linear map: of each model before combining, or of the result where the combiner is concatenation. */
        LINEAR,
        /** The first principal components of the concatenated rows. */
        PCA
    }
}
