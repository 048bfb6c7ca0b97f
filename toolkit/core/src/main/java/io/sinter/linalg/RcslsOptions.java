package io.sinter.linalg;

import io.sinter.error.RecipeException;

/**
 * How {@link Rcsls} descends.
 *
 * @param k how many nearest rows count
 * @param learningRate length of a step in units of the gradient; halved whenever a step would raise the loss
 * @param steps how many are tried
 */
public record RcslsOptions(int k, double learningRate, int steps) {

    /**
     * Checks the numbers.
     *
     * @throws RecipeException if one is out of range
     */
    public RcslsOptions {
        if (k < 1 || steps < 0 || !(learningRate > 0) || Double.isInfinite(learningRate)) {
            throw new RecipeException(
                    "rcsls: got k %d, learning_rate %s, steps %d; expected 1 or more, a positive number, 0 or more"
                            .formatted(k, learningRate, steps));
        }
    }
}
