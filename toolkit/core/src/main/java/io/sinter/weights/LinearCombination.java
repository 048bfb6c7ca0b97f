package io.sinter.weights;

import java.util.List;

/**
 * c_B B + Σ cᵢXᵢ, in float64 and rounded once: what merges are whose only look at the whole tensor gives the coefficients. A
 * source whose coefficient is 0 is not read.
 */
final class LinearCombination {

    private LinearCombination() {}

    /** Σ cᵢXᵢ. */
    static MergedWeights of(TensorGroup group, List<Double> coefficients) {
        return of(group, coefficients, 0);
    }

    /** B + Σ cᵢδᵢ, which is (1 − Σ cᵢ) B + Σ cᵢXᵢ. */
    static MergedWeights ofDeltas(TensorGroup group, List<Double> coefficients) {
        return of(
                group,
                coefficients,
                1 - coefficients.stream().mapToDouble(c -> c).sum());
    }

    private static MergedWeights of(TensorGroup group, List<Double> coefficients, double base) {
        return new Blockwise(group, reader -> {
            float[] source = new float[Reader.BLOCK];
            double[] sum = new double[Reader.BLOCK];
            return (first, count, result) -> {
                clear(sum, count);
                for (int i = -1; i < coefficients.size(); i++) {
                    double coefficient = i < 0 ? base : coefficients.get(i);
                    if (coefficient != 0) {
                        reader.read(i, first, count, source);
                        addScaled(coefficient, source, count, sum);
                    }
                }
                round(sum, count, result);
            };
        });
    }

    /** Minus zero is what adding anything to gives that, to the bit. */
    static void clear(double[] sum, int count) {
        for (int i = 0; i < count; i++) {
            sum[i] = -0.0;
        }
    }

    static void addScaled(double factor, float[] source, int count, double[] sum) {
        for (int i = 0; i < count; i++) {
            sum[i] += factor * source[i];
        }
    }

    static void round(double[] sum, int count, float[] result) {
        for (int i = 0; i < count; i++) {
            result[i] = (float) sum[i];
        }
    }
}
