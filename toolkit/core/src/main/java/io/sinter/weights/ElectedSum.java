package io.sinter.weights;

import java.util.Arrays;
import java.util.List;

/**
 * B + λ Σ wᵢδᵢ of the task vectors that have an element's elected sign. Positive and negative terms are summed apart, and one
 * of the two sums counts: loops without branches. One a task.
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
    private final double[] positive = new double[Reader.BLOCK];
    private final double[] negative = new double[Reader.BLOCK];
    private final double[] positiveWeight = new double[Reader.BLOCK];
    private final double[] negativeWeight = new double[Reader.BLOCK];
    private final double[] sign = new double[Reader.BLOCK];

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
        for (double[] sum : List.of(positive, negative, positiveWeight, negativeWeight)) {
            Arrays.fill(sum, 0, count, 0);
        }
        sources.at(first, count);
        for (int i = 0; i < factors.length; i++) {
            sources.read(i, delta);
            pruner.prune(i, first, count, delta);
            addBySign(factors[i], delta, count, positive, negative);
            if (scale.normalize()) {
                addWeights(weights.get(i), delta, count, positiveWeight, negativeWeight);
            }
        }
        signs(positive, negative, count, sign);
        elect(sign, negative, count, positive);
        if (scale.normalize()) {
            elect(sign, negativeWeight, count, positiveWeight);
            divide(positiveWeight, count, positive);
        }
        add(sources.base(), scale.lambda(), positive, count, result);
    }

    private static void addBySign(double factor, float[] delta, int count, double[] positive, double[] negative) {
        for (int i = 0; i < count; i++) {
            double term = factor * delta[i];
            positive[i] += Math.max(term, 0);
            negative[i] += Math.min(term, 0);
        }
    }

    private static void addWeights(double weight, float[] delta, int count, double[] positive, double[] negative) {
        double sign = Math.signum(weight);
        for (int i = 0; i < count; i++) {
            double signum = sign * Math.signum(delta[i]);
            positive[i] += weight * Math.max(signum, 0);
            negative[i] += weight * Math.max(-signum, 0);
        }
    }

    private static void signs(double[] positive, double[] negative, int count, double[] sign) {
        for (int i = 0; i < count; i++) {
            sign[i] = Math.signum(positive[i] + negative[i]);
        }
    }

    /** Puts the negative sums in the place of the positive ones where minus was elected. */
    private static void elect(double[] sign, double[] negative, int count, double[] positive) {
        for (int i = 0; i < count; i++) {
            positive[i] = 0.5 * ((1 + sign[i]) * positive[i] + (1 - sign[i]) * negative[i]);
        }
    }

    private static void divide(double[] weight, int count, double[] sum) {
        for (int i = 0; i < count; i++) {
            double some = Math.signum(Math.max(Math.abs(weight[i]) - NOTHING, 0));
            sum[i] /= some * weight[i] + (1 - some);
        }
    }

    private static void add(float[] base, double factor, double[] sum, int count, float[] result) {
        for (int i = 0; i < count; i++) {
            result[i] = (float) (base[i] + factor * sum[i]);
        }
    }
}
