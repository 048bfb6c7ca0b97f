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
    private final float[][] deltas;
    private final double[] terms = new double[Reader.ROOM];
    private final double[] magnitudes = new double[Reader.ROOM];
    private final double[] signedWeights = new double[Reader.ROOM];
    private final double[] presentWeights = new double[Reader.ROOM];

    /** With {@code factors} wᵢ times what rescales δᵢ. */
    ElectedSum(TaskVectors method, double[] factors, Sources sources, Pruning.Pruner pruner) {
        this.weights = method.weights();
        this.scale = method.scale();
        this.factors = factors;
        this.sources = sources;
        this.pruner = pruner;
        this.deltas = new float[factors.length][Reader.ROOM];
    }

    @Override
    public void make(long first, int count, float[] result) {
        sources.at(first, count);
        for (int i = 0; i < factors.length; i++) {
            sources.read(i, deltas[i]);
            pruner.prune(i, first, count, deltas[i]);
        }
        addTerms(count);
        if (scale.normalize()) {
            addWeights(count);
            elect(terms, magnitudes, signedWeights, presentWeights, count);
            divide(sources.base(), scale.lambda(), terms, presentWeights, count, result);
        } else {
            sum(sources.base(), count, result);
        }
    }

    /** Of two models, as most merges have, the sums are made at once. */
    private void addTerms(int count) {
        if (factors.length == 2) {
            addTerms(factors[0], deltas[0], factors[1], deltas[1], count, terms, magnitudes);
            return;
        }
        Arrays.fill(terms, 0, count, 0);
        Arrays.fill(magnitudes, 0, count, 0);
        for (int i = 0; i < factors.length; i++) {
            add(factors[i], deltas[i], count, terms, magnitudes);
        }
    }

    private void addWeights(int count) {
        Arrays.fill(signedWeights, 0, count, 0);
        Arrays.fill(presentWeights, 0, count, 0);
        for (int i = 0; i < factors.length; i++) {
            addWeights(weights.get(i), deltas[i], count, signedWeights, presentWeights);
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

    /** The sum of what has the elected sign in place of the terms, and its weight in place of the present weights. */
    private static void elect(double[] terms, double[] magnitudes, double[] signed, double[] present, int count) {
        for (int i = 0; i < count; i++) {
            double sign = Math.signum(terms[i]);
            terms[i] = 0.5 * (terms[i] + sign * magnitudes[i]);
            present[i] = 0.5 * (present[i] + sign * signed[i]);
        }
    }

    /** Quotients are float32, like δ: a division in float64 takes as long as everything else here. */
    private static void divide(
            float[] base, double lambda, double[] sums, double[] weights, int count, float[] result) {
        for (int i = 0; i < count; i++) {
            double some = Math.signum(Math.abs(weights[i]) - NOTHING);
            double divides = 0.5 * (some + Math.abs(some));
            double divisor = divides * weights[i] + (1 - divides);
            result[i] = (float) (base[i] + lambda * ((float) sums[i] / (float) divisor));
        }
    }

    private static void addTerms(
            double a, float[] x, double b, float[] y, int count, double[] terms, double[] magnitudes) {
        for (int i = 0; i < count; i++) {
            double u = a * x[i];
            double v = b * y[i];
            terms[i] = u + v;
            magnitudes[i] = Math.abs(u) + Math.abs(v);
        }
    }
}
