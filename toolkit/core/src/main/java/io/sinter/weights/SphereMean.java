package io.sinter.weights;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The weighted mean of directions on the unit sphere: the u that minimises {@code Σ aᵢ θᵢ²}, where θᵢ is the angle between u and
 * {@code uᵢ = xᵢ/‖xᵢ‖} (the Riemannian centre of mass: Karcher, 1977). From the normalised {@code Σ aᵢuᵢ}, steps are
 * {@code T = Σ aᵢ θᵢ/sin θᵢ (uᵢ − cos θᵢ u)} and {@code u ← cos‖T‖ u + sin‖T‖ T/‖T‖}.
 *
 * <p>u lies in the span of the xᵢ all the while, so that the steps are between coefficients and need only the xᵢ's inner
 * products: the tensors are read once however many steps there are.
 */
final class SphereMean {

    /** Below that, a sum of unit vectors has no direction, and two of them are opposite. */
    private static final double NOTHING = 1e-12;

    private final double[][] cosines;
    private final double[] weights;
    private double[] mean;

    private SphereMean(double[][] cosines, double[] weights) {
        this.cosines = cosines;
        this.weights = weights;
        this.mean = weights.clone();
    }

    /** When steps end: at the first whose length is no more than the tolerance, or after so many. */
    record Ending(int steps, double tolerance) {}

    /**
     * The coefficients of the xᵢ in u. Vectors whose norm is at most {@code zero} have no direction and do not count; where none
     * has one, or they cancel each other out, u is the direction of the one of greatest weight.
     *
     * @param gram inner products of the xᵢ
     * @param weights aᵢ; they need not add up to 1
     */
    static double[] coefficients(Gram gram, List<Double> weights, double zero, Ending ending) {
        int[] directed = IntStream.range(0, gram.size())
                .filter(i -> gram.norm(i) > zero && weights.get(i) != 0)
                .toArray();
        double[] coefficients = new double[gram.size()];
        double total = Arrays.stream(directed).mapToDouble(weights::get).sum();
        if (directed.length == 0) {
            return coefficients;
        }
        double[][] cosines = new double[directed.length][directed.length];
        double[] normalized = new double[directed.length];
        for (int i = 0; i < directed.length; i++) {
            int row = directed[i];
            normalized[i] = total == 0 ? weights.get(row) : weights.get(row) / total;
            Arrays.setAll(cosines[i], j -> row == directed[j] ? 1 : gram.cosine(row, directed[j]));
        }
        double[] mean = new SphereMean(cosines, normalized).find(ending);
        for (int i = 0; i < directed.length; i++) {
            coefficients[directed[i]] = mean[i] / gram.norm(directed[i]);
        }
        return coefficients;
    }

    private double[] find(Ending ending) {
        if (length(mean) <= NOTHING) {
            Arrays.setAll(mean, i -> i == heaviest() ? 1 : 0);
        }
        scale(mean, 1 / length(mean));
        for (int step = 0; step < ending.steps(); step++) {
            double[] tangent = tangent();
            double length = length(tangent);
            if (length <= ending.tolerance()) {
                break;
            }
            double cos = Math.cos(length);
            double sin = Math.sin(length) / length;
            double[] last = mean;
            mean = new double[last.length];
            Arrays.setAll(mean, i -> cos * last[i] + sin * tangent[i]);
            scale(mean, 1 / length(mean));
        }
        return mean;
    }

    private double[] tangent() {
        double[] tangent = new double[mean.length];
        double along = 0;
        for (int i = 0; i < mean.length; i++) {
            double cos = Math.clamp(product(cosines[i], mean), -1, 1);
            double sin = Math.sqrt((1 - cos) * (1 + cos));
            if (sin > NOTHING) {
                tangent[i] = weights[i] * Math.acos(cos) / sin;
                along += tangent[i] * cos;
            }
        }
        for (int i = 0; i < mean.length; i++) {
            tangent[i] -= along * mean[i];
        }
        return tangent;
    }

    private int heaviest() {
        return IntStream.range(0, weights.length)
                .reduce(0, (best, i) -> Math.abs(weights[i]) > Math.abs(weights[best]) ? i : best);
    }

    private double length(double[] coefficients) {
        double square = 0;
        for (int i = 0; i < coefficients.length; i++) {
            square += coefficients[i] * product(cosines[i], coefficients);
        }
        return Math.sqrt(Math.max(0, square));
    }

    private static double product(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    private static void scale(double[] values, double factor) {
        Arrays.setAll(values, i -> values[i] * factor);
    }
}
