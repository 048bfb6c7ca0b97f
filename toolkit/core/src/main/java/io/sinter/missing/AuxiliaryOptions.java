package io.sinter.missing;

import io.sinter.error.RecipeException;
import org.jspecify.annotations.Nullable;

/**
 * How vectors of tokens are trained on a text, for methods that measure likeness in them.
 *
 * @param text file of plain text, a sentence or paragraph a line
 * @param width length of a vector; 100 if null
 * @param window how many tokens to either side count as neighbours; 5 if null
 * @param seed chooses the random start of the decomposition; 0 if null
 */
public record AuxiliaryOptions(
        String text,
        @Nullable Integer width,
        @Nullable Integer window,
        @Nullable Long seed) {

    /**
     * Checks the numbers.
     *
     * @throws RecipeException if width or window is below 1
     */
    public AuxiliaryOptions {
        if (width != null && width < 1) {
            throw new RecipeException("auxiliary: width: got %d, expected 1 or more".formatted(width));
        }
        if (window != null && window < 1) {
            throw new RecipeException("auxiliary: window: got %d, expected 1 or more".formatted(window));
        }
    }
}
