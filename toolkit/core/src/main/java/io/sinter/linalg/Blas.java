package io.sinter.linalg;

/** Products of matrices (BLAS level 3, in double). */
public final class Blas {

    private static final int ROW_MAJOR = 101;
    private static final int AS_IS = 111;
    private static final int TRANSPOSED = 112;
    private static final int UPPER = 121;

    private Blas() {}

    /**
     * {@code C = α A B + β C}.
     *
     * @param alpha factor of the product
     * @param a a matrix as it is or transposed
     * @param b likewise
     * @param beta factor of what C holds; with 0 it is not read
     * @param c the result
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public static void gemm(double alpha, Matrix.Factor a, Matrix.Factor b, double beta, Matrix c) {
        if (a.columns() != b.rows() || a.rows() != c.rows() || b.columns() != c.columns()) {
            throw new IllegalArgumentException("%d x %d times %d x %d into %d x %d"
                    .formatted(a.rows(), a.columns(), b.rows(), b.columns(), c.rows(), c.columns()));
        }
        if (c.rows() == 0 || c.columns() == 0) {
            return;
        }
        try {
            OpenBlas.get()
                    .dgemm
                    .invokeExact(
                            ROW_MAJOR,
                            code(a),
                            code(b),
                            c.rows(),
                            c.columns(),
                            a.columns(),
                            alpha,
                            a.matrix().data(),
                            stride(a.matrix()),
                            b.matrix().data(),
                            stride(b.matrix()),
                            beta,
                            c.data(),
                            stride(c));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw OpenBlas.unexpected(e);
        }
    }

    /** {@code A B} in a new matrix. */
    public static Matrix product(Matrix.Factor a, Matrix.Factor b) {
        Matrix c = Matrix.allocate(a.rows(), b.columns());
        gemm(1, a, b, 0, c);
        return c;
    }

    /**
     * {@code C = A Bᵀ} in float.
     *
     * @throws IllegalArgumentException if the shapes do not fit
     */
    static void timesTransposed(FloatMatrix a, FloatMatrix b, FloatMatrix c) {
        if (a.columns() != b.columns() || a.rows() != c.rows() || b.rows() != c.columns()) {
            throw new IllegalArgumentException("%d x %d times the transpose of %d x %d into %d x %d"
                    .formatted(a.rows(), a.columns(), b.rows(), b.columns(), c.rows(), c.columns()));
        }
        if (c.rows() == 0 || c.columns() == 0) {
            return;
        }
        try {
            OpenBlas.get()
                    .sgemm
                    .invokeExact(
                            ROW_MAJOR,
                            AS_IS,
                            TRANSPOSED,
                            c.rows(),
                            c.columns(),
                            a.columns(),
                            1f,
                            a.data(),
                            Math.max(1, a.columns()),
                            b.data(),
                            Math.max(1, b.columns()),
                            0f,
                            c.data(),
                            c.columns());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw OpenBlas.unexpected(e);
        }
    }

    /**
     * {@code C = AᵀA + C}, the upper triangle only: {@link #mirror} fills the lower one when all is added.
     *
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public static void syrk(Matrix a, Matrix c) {
        if (c.rows() != a.columns() || c.columns() != a.columns()) {
            throw new IllegalArgumentException(
                    "the square of %d x %d into %d x %d".formatted(a.rows(), a.columns(), c.rows(), c.columns()));
        }
        if (a.rows() == 0 || a.columns() == 0) {
            return;
        }
        try {
            OpenBlas.get()
                    .dsyrk
                    .invokeExact(
                            ROW_MAJOR,
                            UPPER,
                            TRANSPOSED,
                            a.columns(),
                            a.rows(),
                            1.0,
                            a.data(),
                            stride(a),
                            1.0,
                            c.data(),
                            stride(c));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw OpenBlas.unexpected(e);
        }
    }

    /** Copies the upper triangle of a square matrix onto the lower one. */
    public static void mirror(Matrix square) {
        for (int row = 1; row < square.rows(); row++) {
            for (int column = 0; column < row; column++) {
                double above = square.get(/* row= */ column, /* column= */ row);
                square.set(row, column, above);
            }
        }
    }

    private static int code(Matrix.Factor factor) {
        return switch (factor.orientation()) {
            case AS_IS -> AS_IS;
            case TRANSPOSED -> TRANSPOSED;
        };
    }

    private static int stride(Matrix matrix) {
        return Math.max(1, matrix.columns());
    }
}
