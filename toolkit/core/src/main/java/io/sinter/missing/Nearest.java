package io.sinter.missing;

import io.sinter.error.RecipeException;
import io.sinter.linalg.LeastSquares;
import io.sinter.linalg.Matrix;
import io.sinter.linalg.Ranking;
import io.sinter.linalg.SparseRows;
import io.sinter.missing.Neighbours.Weighed;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The k shared tokens whose guide rows are nearest to the missing token's, their own rows combined with weights made in the
 * guide space. Below, pᵢ are the guide rows and x is the missing token's.
 *
 * @param k how many shared tokens; 8 if null; all, if there are fewer
 * @param metric what is near; {@link Metric#EUCLIDEAN} if null
 * @param weights how they are combined; {@link Weights#INVERSE_DISTANCE} if null
 */
public record Nearest(
        @Nullable Integer k,
        @Nullable Metric metric,
        @Nullable Weights weights) implements MissingRows {

    private static final int USUAL = 8;

    /** What is near. */
    public enum Metric {
        /** {@code ‖x − pᵢ‖}. */
        EUCLIDEAN,
        /** {@code 1 − cos(x, pᵢ)}; the cosine with a row of zeros counts as 0. */
        COSINE
    }

    /** How near tokens are combined. */
    public enum Weights {
        /**
         * In proportion to {@code 1 / distance}, all of it to those at distance 0; with the cosine in proportion to the cosine,
         * of which some may be negative. They add up to 1; they are equal where the cosines' sum is not positive.
         */
        INVERSE_DISTANCE,
        /** The weights that add up to 1 and come nearest to x: least {@code ‖x − Σ wᵢpᵢ‖}, and of those least {@code ‖w‖}. */
        BARYCENTRIC,
        /** Least {@code ‖x − Σ wᵢpᵢ‖}, and of those least {@code ‖w‖}; they need not add up to 1. */
        LEAST_SQUARES
    }

    /**
     * Checks k.
     *
     * @throws RecipeException if it is below 1
     */
    public Nearest {
        Neighbours.requireAtLeastOne("nearest", k);
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SHARED);
    }

    @Override
    public Matrix fill(Lack lack) {
        lack.requireShared(method());
        return weights(lack.guidePoints(), lack.targets()).times(lack.ownPoints());
    }

    /** The combinations, one for each target. */
    SparseRows weights(Matrix points, Matrix targets) {
        return switch (metric == null ? Metric.EUCLIDEAN : metric) {
            case EUCLIDEAN -> euclidean(points, targets);
            case COSINE -> cosine(points, targets);
        };
    }

    private SparseRows euclidean(Matrix points, Matrix targets) {
        Matrix origin = Matrix.allocate(1, points.columns());
        double[] squares = IntStream.range(0, points.rows())
                .mapToDouble(i -> Neighbours.squaredDistance(points.row(i), origin.row(0)))
                .toArray();
        return Neighbours.combine(targets, points, (target, products) -> {
            for (int i = 0; i < products.length; i++) {
                products[i] = squares[i] - 2 * products[i];
            }
            int[] near = Ranking.smallest(products, count());
            double[] closeness = new double[near.length];
            for (int i = 0; i < near.length; i++) {
                closeness[i] = 1 / Math.sqrt(Neighbours.squaredDistance(targets.row(target), points.row(near[i])));
            }
            return new Weighed(near, weigh(closeness, points.gather(near), targets.gather(target)));
        });
    }

    private SparseRows cosine(Matrix points, Matrix targets) {
        Matrix unitPoints = points.toUnitLength();
        return Neighbours.combine(targets.toUnitLength(), unitPoints, (target, cosines) -> {
            int[] near = Ranking.largest(cosines, count());
            double[] closeness = IntStream.of(near).mapToDouble(i -> cosines[i]).toArray();
            return new Weighed(near, weigh(closeness, points.gather(near), targets.gather(target)));
        });
    }

    private int count() {
        return k == null ? USUAL : k;
    }

    private double[] weigh(double[] closeness, Matrix near, Matrix target) {
        return switch (weights == null ? Weights.INVERSE_DISTANCE : weights) {
            case INVERSE_DISTANCE -> proportional(closeness);
            case BARYCENTRIC -> LeastSquares.affineWeights(near, target);
            case LEAST_SQUARES -> LeastSquares.weights(near, target);
        };
    }

    /** Where some are infinite (distance 0), only those count. */
    private static double[] proportional(double[] closeness) {
        double infinite = 0;
        double sum = 0;
        for (double c : closeness) {
            infinite += Double.isInfinite(c) ? 1 : 0;
            sum += c;
        }
        double[] weights = new double[closeness.length];
        for (int i = 0; i < weights.length; i++) {
            boolean same = Double.isInfinite(closeness[i]);
            weights[i] = infinite > 0 ? (same ? 1 / infinite : 0) : closeness[i] / sum;
        }
        return sum <= 0 ? Neighbours.equal(weights.length) : weights;
    }
}
