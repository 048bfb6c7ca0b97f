package io.sinter.missing;

import io.sinter.error.RecipeException;
import io.sinter.linalg.Blas;
import io.sinter.linalg.Matrix;
import io.sinter.linalg.SparseRows;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Targets beside points: products of all with all, some targets at a time, and the points that come nearest. */
final class Neighbours {

    private static final int MOST_PRODUCTS = 1 << 22;

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
        int block = Math.max(1, Math.min(targets.rows(), MOST_PRODUCTS / points.rows()));
        for (int first = 0; first < targets.rows(); first += block) {
            int start = first;
            int[] rows = IntStream.range(first, Math.min(targets.rows(), first + block))
                    .toArray();
            Matrix products = Blas.product(targets.gather(rows).asIs(), points.transposed());
            IntStream.range(0, rows.length).parallel().forEach(i -> {
                Weighed weighed = weigher.weigh(start + i, products.row(i).toArray(TensorData.F64));
                columns[start + i] = weighed.points();
                weights[start + i] = weighed.weights();
            });
        }
        return new SparseRows(columns, weights);
    }

    /** The indices of the k smallest numbers (all, if there are not so many), smallest first; of equals the first. */
    static int[] smallest(double[] numbers, int k) {
        int[] best = new int[Math.min(k, numbers.length)];
        int count = 0;
        for (int i = 0; i < numbers.length; i++) {
            if (count == best.length && numbers[i] >= numbers[best[count - 1]]) {
                continue;
            }
            int at = count < best.length ? count++ : count - 1;
            while (at > 0 && numbers[best[at - 1]] > numbers[i]) {
                best[at] = best[at - 1];
                at--;
            }
            best[at] = i;
        }
        return best;
    }

    /** The rows divided by their lengths, new; rows of zeros stay. */
    static Matrix toUnitLength(Matrix rows) {
        Matrix unit = Matrix.allocate(rows.rows(), rows.columns());
        double[] lengths = lengths(rows);
        for (int row = 0; row < rows.rows(); row++) {
            double length = lengths[row] == 0 ? 1 : lengths[row];
            for (int i = 0; i < rows.columns(); i++) {
                unit.set(row, i, rows.get(row, i) / length);
            }
        }
        return unit;
    }

    /** Euclidean lengths of the rows. */
    static double[] lengths(Matrix rows) {
        return IntStream.range(0, rows.rows())
                .parallel()
                .mapToDouble(row -> Math.sqrt(squaredDistance(rows.row(row), null)))
                .toArray();
    }

    /** The distance of two rows, squared; of one from the origin, if the other is null. */
    static double squaredDistance(MemorySegment a, @Nullable MemorySegment b) {
        double sum = 0;
        for (long at = 0; at < a.byteSize(); at += Double.BYTES) {
            double difference = a.get(TensorData.F64, at) - (b == null ? 0 : b.get(TensorData.F64, at));
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
