package io.sinter.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;

/** Matrices for tests. */
public final class Matrices {

    private Matrices() {}

    /** Normally distributed elements. */
    public static Matrix gaussian(int rows, int columns, long seed) {
        Random random = new Random(seed);
        Matrix matrix = Matrix.allocate(rows, columns);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                matrix.set(row, column, random.nextGaussian());
            }
        }
        return matrix;
    }

    /** Of rows. */
    public static Matrix of(double[]... rows) {
        Matrix matrix = Matrix.allocate(rows.length, rows[0].length);
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < rows[row].length; column++) {
                matrix.set(row, column, rows[row][column]);
            }
        }
        return matrix;
    }

    /** Random rows of length 1 at right angles, at most as many as columns. */
    public static Matrix orthonormalRows(int rows, int columns, long seed) {
        Lapack.Svd svd = Lapack.gesdd(gaussian(rows, columns, seed));
        return Blas.product(svd.u().asIs(), svd.vt().asIs());
    }

    /** Orthonormal rows that span what the rows of a matrix of full rank do not. */
    public static Matrix orthogonalTo(Matrix matrix) {
        Matrix square = Blas.product(matrix.transposed(), matrix.asIs());
        Matrix vectors = Lapack.syevr(square, matrix.columns()).vectors();
        int[] last = new int[matrix.columns() - matrix.rows()];
        for (int i = 0; i < last.length; i++) {
            last[i] = matrix.rows() + i;
        }
        return vectors.gather(last);
    }

    /** Largest distance of two elements; NaN if one is. */
    public static double distance(Matrix a, Matrix b) {
        assertThat(a.rows() + " x " + a.columns()).isEqualTo(b.rows() + " x " + b.columns());
        double largest = 0;
        for (int row = 0; row < a.rows(); row++) {
            for (int column = 0; column < a.columns(); column++) {
                largest = Math.max(largest, Math.abs(a.get(row, column) - b.get(row, column)));
            }
        }
        return largest;
    }

    /** Checks shape and every element. */
    public static void assertClose(Matrix actual, Matrix expected, double tolerance) {
        assertThat(distance(actual, expected)).isLessThanOrEqualTo(tolerance);
    }
}
