package io.sinter.linalg;

import java.util.Optional;

/**
 * The Cholesky factor of a symmetric, positive definite matrix (LAPACK {@code dpotrf}), with which equations are solved.
 *
 * @param factor in the memory of the matrix
 */
public record Cholesky(Matrix factor) {

    private static final int COLUMN_MAJOR = 102;

    /** Of the transposed, as LAPACK sees a row-major matrix: our upper triangle. */
    private static final byte LOWER = 'L';

    /**
     * Factors a matrix.
     *
     * @param symmetric only its upper triangle is read; it is overwritten
     * @return nothing if it is not positive definite
     */
    public static Optional<Cholesky> of(Matrix symmetric) {
        int n = symmetric.rows();
        if (symmetric.columns() != n) {
            throw new IllegalArgumentException("a %d x %d matrix is not symmetric".formatted(n, symmetric.columns()));
        }
        if (n == 0) {
            return Optional.of(new Cholesky(symmetric));
        }
        try {
            int info = (int) OpenBlas.get().dpotrf.invokeExact(COLUMN_MAJOR, LOWER, n, symmetric.data(), n);
            if (info < 0) {
                throw new IllegalArgumentException("dpotrf: argument " + -info + " is wrong");
            }
            return info == 0 ? Optional.of(new Cholesky(symmetric)) : Optional.empty();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw OpenBlas.unexpected(e);
        }
    }

    /**
     * Replaces every row b by the x of {@code A x = b} (LAPACK {@code dpotrs}).
     *
     * @param rows as wide as the matrix
     */
    public void solve(Matrix rows) {
        int n = factor.rows();
        if (rows.columns() != n) {
            throw new IllegalArgumentException("rows of %d for an order of %d".formatted(rows.columns(), n));
        }
        if (n == 0 || rows.rows() == 0) {
            return;
        }
        try {
            int info = (int) OpenBlas.get()
                    .dpotrs
                    .invokeExact(COLUMN_MAJOR, LOWER, n, rows.rows(), factor.data(), n, rows.data(), n);
            if (info != 0) {
                throw new ArithmeticException("dpotrs failed with " + info);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw OpenBlas.unexpected(e);
        }
    }
}
