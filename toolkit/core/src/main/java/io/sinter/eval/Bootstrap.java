package io.sinter.eval;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Bootstrap of the difference between two models on the same pairs: pairs are drawn with replacement, both models are
 * scored on each draw, and the percentiles of the differences bound the interval (Efron 1979).
 *
 * @param samples how many draws
 * @param confidence part of the differences inside the interval, such as 0.95
 * @param seed of the draws: the same seed gives the same interval
 */
public record Bootstrap(int samples, double confidence, long seed) {

    /** Checks the numbers. */
    public Bootstrap {
        if (samples < 1 || !(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException(
                    "bootstrap: got %d samples, confidence %s; expected 1 or more, and between 0 and 1"
                            .formatted(samples, confidence));
        }
    }

    /**
     * A difference and its bounds.
     *
     * @param difference of the whole data
     * @param low lower bound
     * @param high upper bound
     */
    public record Interval(double difference, double low, double high) {
        /** Whether the interval leaves out zero. */
        public boolean isSignificant() {
            return low > 0 || high < 0;
        }
    }

    /** Spearman's ρ of the first model's scores with the gold scores, less the second's. */
    public Interval spearmanDifference(double[] gold, double[] first, double[] second) {
        int n = gold.length;
        double difference = Correlation.spearman(gold, first) - Correlation.spearman(gold, second);
        SplittableRandom random = new SplittableRandom(seed);
        double[] differences = new double[samples];
        double[] g = new double[n];
        double[] a = new double[n];
        double[] b = new double[n];
        for (int s = 0; s < samples; s++) {
            for (int i = 0; i < n; i++) {
                int drawn = random.nextInt(n);
                g[i] = gold[drawn];
                a[i] = first[drawn];
                b[i] = second[drawn];
            }
            double[] ranks = Correlation.ranks(g);
            differences[s] =
                    Correlation.pearson(ranks, Correlation.ranks(a)) - Correlation.pearson(ranks, Correlation.ranks(b));
        }
        Arrays.sort(differences);
        double tail = (1 - confidence) / 2;
        return new Interval(difference, quantile(differences, tail), quantile(differences, 1 - tail));
    }

    /**
     * Mean of the first model's values, less the mean of the second's.
     *
     * @throws IllegalArgumentException if they are not pairs, or there are none
     */
    public Interval meanDifference(List<Double> first, List<Double> second) {
        int n = first.size();
        if (second.size() != n || n == 0) {
            throw new IllegalArgumentException("%d values beside %d: expected pairs".formatted(n, second.size()));
        }
        double[] gaps = new double[n];
        for (int i = 0; i < n; i++) {
            gaps[i] = first.get(i) - second.get(i);
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = new double[samples];
        for (int s = 0; s < samples; s++) {
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += gaps[random.nextInt(n)];
            }
            means[s] = sum / n;
        }
        Arrays.sort(means);
        double tail = (1 - confidence) / 2;
        return new Interval(
                Arrays.stream(gaps).average().orElseThrow(), quantile(means, tail), quantile(means, 1 - tail));
    }

    /** Linear between the neighbours. */
    private static double quantile(double[] sorted, double q) {
        double at = q * (sorted.length - 1);
        int below = (int) Math.floor(at);
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
