package io.sinter.missing;

import io.sinter.error.RecipeException;
import io.sinter.linalg.Matrix;
import io.sinter.linalg.RowProducts;
import io.sinter.linalg.SparseRows;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Targets as combinations of points, made of their inner products. */
final class Neighbours {

    private Neighbours() {}

    /** Makes a target's combination of points from its inner products with all of them. */
    @FunctionalInterface
    interface Weigher {
        /**
         * Weighs points; called by several threads.
         *
         * @param target its index
         * @param products with each point; may be overwritten
         */
        Weighed weigh(int target, double[] products);
    }

    /**
     * A combination of points.
     *
     * @param points their indices
     * @param weights of each
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Weighed(int[] points, double[] weights) {}

    /** A combination for each target. */
    static SparseRows combine(Matrix targets, Matrix points, Weigher weigher) {
        int[][] columns = new int[targets.rows()][];
        double[][] weights = new double[targets.rows()][];
        RowProducts.forEach(targets, points, (target, products) -> {
            Weighed weighed = weigher.weigh(target, products);
            columns[target] = weighed.points();
            weights[target] = weighed.weights();
        });
        return new SparseRows(columns, weights);
    }

    /** The distance of two rows, squared. */
    static double squaredDistance(MemorySegment a, MemorySegment b) {
        double sum = 0;
        for (long at = 0; at < a.byteSize(); at += Double.BYTES) {
            double difference = a.get(TensorData.F64, at) - b.get(TensorData.F64, at);
            sum += difference * difference;
        }
        return sum;
    }

    /** Equal weights that add up to 1. */
    static double[] equal(int count) {
        double[] weights = new double[count];
        Arrays.fill(weights, 1.0 / count);
        return weights;
    }

    /**
     * Checks a number of points.
     *
     * @throws RecipeException if it is below 1
     */
    static void requireAtLeastOne(String method, @Nullable Integer k) {
        if (k != null && k < 1) {
            throw new RecipeException("missing: %s: k: got %d, expected 1 or more".formatted(method, k));
        }
    }
}
