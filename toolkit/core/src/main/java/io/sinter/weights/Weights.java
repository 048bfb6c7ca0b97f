package io.sinter.weights;

import io.sinter.error.RecipeException;
import java.util.List;

/** Sums of weights. */
final class Weights {

    /** Of the sum of the magnitudes: sums of weights like 0.1, 0.2 and −0.3 are 0 but for rounding. */
    private static final double NOTHING = 1e-12;

    private Weights() {}

    /**
     * The sum of the weights.
     *
     * @throws RecipeException if it is 0
     */
    static double sum(String method, List<Double> weights) {
        double sum = weights.stream().mapToDouble(w -> w).sum();
        double magnitude = weights.stream().mapToDouble(Math::abs).sum();
        if (Math.abs(sum) <= NOTHING * magnitude) {
            throw new RecipeException(
                    "%s: weight: %s add up to 0 and cannot be normalised; set normalize to false or change them"
                            .formatted(method, weights));
        }
        return sum;
    }

    /**
     * The weights divided by their sum.
     *
     * @throws RecipeException if it is 0
     */
    static List<Double> normalized(String method, List<Double> weights) {
        double sum = sum(method, weights);
        return weights.stream().map(w -> w / sum).toList();
    }
}
