package io.sinter.recipe;

import io.sinter.combine.CombineMethod;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the models' vectors become one.
 *
 * @param level which vectors these are
 * @param combiner the method with its settings
 * @param normalizeSources whether each vector of each source is divided by its length first
 * @param centreSources whether a mean, fitted on texts, is taken off the vectors of each source then
 * @param parameters where the combiner's parameters come from, or null where it has none
 */
public record CombineEntry(
        Level level,
        CombineMethod combiner,
        boolean normalizeSources,
        boolean centreSources,
        @Nullable ParametersEntry parameters) {

    /** Which vectors are combined. */
    public enum Level {
        /** Rows of the token-embedding tables: one encoder reads the result. */
        TABLE,
        /** What every encoder makes of each token: the encoders stand side by side in one graph. */
        TOKEN,
        /** What every encoder makes of a whole text: the encoders stand side by side in one graph. */
        SENTENCE;

        /** The kebab-case name in recipes. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

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
