package io.sinter.recipe;

import io.sinter.combine.CombineMethod;
import org.jspecify.annotations.Nullable;

/**
 * How the tables become one.
 *
 * @param combiner the method with its settings
 * @param normalizeSources whether each row of each source is divided by its length first
 * @param parameters where the combiner's parameters come from, or null where it has none
 */
public record CombineEntry(
        CombineMethod combiner,
        boolean normalizeSources,
        @Nullable ParametersEntry parameters) {

    /** Where parameters come from. */
    public sealed interface ParametersEntry {

        /** A safetensors file, with names as in a PyTorch state dict after a prefix. */
        record File(String path, String prefix) implements ParametersEntry {}

        /** Values that make the result the plain average of the sources. */
        record Average() implements ParametersEntry {}

        /** Random values: the result is untrained. */
        record Random(long seed) implements ParametersEntry {}
    }
}
