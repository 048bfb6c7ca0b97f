package io.sinter.activations;

import io.sinter.linalg.Blas;
import io.sinter.linalg.Matrix;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;

/** Pearson's correlations of the columns of two matrices whose rows are handed out in parts, in float64. */
final class Correlation {

    /** A variance that is less than this part of the squared mean is what rounding leaves of none. */
    private static final double ROUNDING = 1e-12;

    private final Matrix products;
    private final double[][] first;
    private final double[][] second;
    private long rows;

    /** @param products zeros, of as many rows and columns as both matrices have columns */
    Correlation(Matrix products) {
        this.products = products;
        this.first = new double[2][products.rows()];
        this.second = new double[2][products.columns()];
    }

    /**
     * Adds rows.
     *
     * @param count how many of them there are; the others are zeros
     */
    void add(Matrix xs, Matrix ys, long count) {
        Blas.gemm(1, xs.transposed(), ys.asIs(), 1, products);
        add(xs, first);
        add(ys, second);
        rows += count;
    }

    /** Adds x to the first sums and x² to the second ones. */
    private static void add(Matrix matrix, double[][] sums) {
        double[] row = new double[matrix.columns()];
        for (int i = 0; i < matrix.rows(); i++) {
            MemorySegment.copy(matrix.row(i), TensorData.F64, 0, row, 0, row.length);
            for (int column = 0; column < row.length; column++) {
                sums[0][column] += row[column];
                sums[1][column] += row[column] * row[column];
            }
        }
    }

    /** {@code (E[xy] − E[x]E[y]) / (σx σy)}, in the place of what was added up; 0 where one of both never changes. */
    Matrix result() {
        double[] deviations = deviations(second);
        double[] ofFirst = deviations(first);
        for (int i = 0; i < products.rows(); i++) {
            for (int j = 0; j < products.columns(); j++) {
                double both = products.get(i, j) / rows - first[0][i] / rows * (second[0][j] / rows);
                double scale = ofFirst[i] * deviations[j];
                products.set(i, j, scale == 0 ? 0 : both / scale);
            }
        }
        return products;
    }

    private double[] deviations(double[][] sums) {
        double[] deviations = new double[sums[0].length];
        for (int i = 0; i < deviations.length; i++) {
            double mean = sums[0][i] / rows;
            double variance = sums[1][i] / rows - mean * mean;
            deviations[i] = variance <= ROUNDING * mean * mean ? 0 : Math.sqrt(variance);
        }
        return deviations;
    }
}
