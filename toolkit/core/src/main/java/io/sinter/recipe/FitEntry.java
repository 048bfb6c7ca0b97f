package io.sinter.recipe;

import org.jspecify.annotations.Nullable;

/**
 * The texts that whatever is fitted to encoders' vectors is fitted on.
 *
 * @param texts a file, relative to the recipe, with a text a line in UTF-8: of the kind that the result will read
 * @param sample how many of them are taken, drawn with the seed; all if not given
 * @param seed of the draw
 */
public record FitEntry(
        String texts, @Nullable Integer sample, @Nullable Long seed) {

    /** Checks that a sample has a seed, and that there is a seed only for that. */
    public FitEntry {
        if (sample != null && sample < 2) {
            throw new IllegalArgumentException("sample: got %d, expected 2 texts or more".formatted(sample));
        }
        if (sample != null && seed == null) {
            throw new IllegalArgumentException("sample needs a seed, so that the same recipe gives the same model");
        }
        if (sample == null && seed != null) {
            throw new IllegalArgumentException("seed is of a sample: give sample too, or remove it");
        }
    }
}
