package io.sinter.weights;

import java.util.Arrays;
import java.util.List;

/**
 * B + λ Σ wᵢδᵢ of the task vectors that have an element's elected sign. One a task.
 *
 * <p>With {@code vᵢ = wᵢδᵢ} and s the sign of {@code Σ vᵢ}, the terms of that sign add up to {@code (Σ vᵢ + s Σ |vᵢ|)/2}, and their
 * weights to {@code (Σ wᵢ|sign vᵢ| + s Σ wᵢ sign vᵢ)/2}: four sums and no branches, so that the loops are vectorised.
 */
final class ElectedSum implements Blockwise.Block {

    /** Below that, the sum of the weights of an element is nothing to divide by. */
    private static final double NOTHING = 1e-8;

    private final List<Double> weights;
    private final TaskVectors.Scale scale;
    private final double[] factors;
    private final Sources sources;
    private final Pruning.Pruner pruner;
    private final float[] delta = new float[Reader.BLOCK];
    private final double[] terms = new double[Reader.BLOCK];
    private final double[] magnitudes = new double[Reader.BLOCK];
    private final double[] signedWeights = new double[Reader.BLOCK];
    private final double[] presentWeights = new double[Reader.BLOCK];

    /** With {@code factors} wᵢ times what rescales δᵢ. */
    ElectedSum(TaskVectors method, double[] factors, Sources sources, Pruning.Pruner pruner) {
        this.weights = method.weights();
        this.scale = method.scale();
        this.factors = factors;
        this.sources = sources;
        this.pruner = pruner;
    }

    @Override
    public void make(long first, int count, float[] result) {
        for (double[] sum : List.of(terms, magnitudes, signedWeights, presentWeights)) {
            Arrays.fill(sum, 0, count, 0);
        }
        sources.at(first, count);
        for (int i = 0; i < factors.length; i++) {
            sources.read(i, delta);
            pruner.prune(i, first, count, delta);
            add(factors[i], delta, count, terms, magnitudes);
            if (scale.normalize()) {
                addWeights(weights.get(i), delta, count, signedWeights, presentWeights);
            }
        }
        float[] base = sources.base();
        if (scale.normalize()) {
            average(base, count, result);
        } else {
            sum(base, count, result);
        }
    }

    private static void add(double factor, float[] delta, int count, double[] terms, double[] magnitudes) {
        for (int i = 0; i < count; i++) {
            double term = factor * delta[i];
            terms[i] += term;
            magnitudes[i] += Math.abs(term);
        }
    }

    /** Of a negative weight, the sign of the term is not that of δ. */
    private static void addWeights(double weight, float[] delta, int count, double[] signed, double[] present) {
        double magnitude = Math.abs(weight);
        for (int i = 0; i < count; i++) {
            double sign = Math.signum(delta[i]);
            signed[i] += magnitude * sign;
            present[i] += weight * Math.abs(sign);
        }
    }

    private void sum(float[] base, int count, float[] result) {
        double lambda = scale.lambda();
        for (int i = 0; i < count; i++) {
            double sign = Math.signum(terms[i]);
            result[i] = (float) (base[i] + lambda * (0.5 * (terms[i] + sign * magnitudes[i])));
        }
    }

    /** Quotients are float32, like δ: a division in float64 takes as long as everything else here. */
    private void average(float[] base, int count, float[] result) {
        double lambda = scale.lambda();
        for (int i = 0; i < count; i++) {
            double sign = Math.signum(terms[i]);
            double sum = 0.5 * (terms[i] + sign * magnitudes[i]);
            double weight = 0.5 * (presentWeights[i] + sign * signedWeights[i]);
            double some = Math.signum(Math.abs(weight) - NOTHING);
            double divides = 0.5 * (some + Math.abs(some));
            result[i] = (float) (base[i] + lambda * ((float) sum / (float) (divides * weight + (1 - divides))));
        }
    }
}
