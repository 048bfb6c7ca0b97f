package io.sinter.linalg;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.sinter.tensor.TensorData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * Decompositions (LAPACK, in double). LAPACK thinks column by column, so a row-major matrix reaches it transposed: a
 * symmetric one is the same, and the factors of a singular value decomposition come back with their roles exchanged.
 */
public final class Lapack {

    private static final int COLUMN_MAJOR = 102;

    private Lapack() {}

    /**
     * Eigenvalues and eigenvectors of a symmetric matrix.
     *
     * @param values largest first
     * @param vectors row i is the eigenvector, of length 1, of value i; its sign is arbitrary
     */
    public record Eigen(List<Double> values, Matrix vectors) {}

    /**
     * A singular value decomposition {@code A = U · diag(s) · Vt}.
     *
     * @param u {@code m x r}, orthonormal columns
     * @param values the r singular values, largest first
     * @param vt {@code r x n}, orthonormal rows
     */
    public record Svd(Matrix u, List<Double> values, Matrix vt) {}

    /**
     * The largest eigenvalues of a symmetric matrix, with their vectors (LAPACK {@code dsyevr}).
     *
     * @param symmetric only its upper triangle is read; it is overwritten
     * @param count how many, from 1 to the matrix's order
     * @throws ArithmeticException if LAPACK finds no solution, as with elements that are not numbers
     */
    public static Eigen syevr(Matrix symmetric, int count) {
        int n = symmetric.rows();
        if (symmetric.columns() != n || count < 1 || count > n) {
            throw new IllegalArgumentException(
                    count + " eigenvalues of a " + n + " x " + symmetric.columns() + " matrix");
        }
        Matrix ascending = Matrix.allocate(count, n);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate((long) n * Double.BYTES, Double.BYTES);
            MemorySegment found = arena.allocate(JAVA_INT);
            MemorySegment support = arena.allocate(2L * count * Integer.BYTES, Integer.BYTES);
            int info = (int) OpenBlas.get()
                    .dsyevr
                    .invokeExact(
                            COLUMN_MAJOR,
                            (byte) 'V',
                            (byte) 'I',
                            (byte) 'L',
                            n,
                            symmetric.data(),
                            n,
                            0.0,
                            0.0,
                            n - count + 1,
                            n,
                            0.0,
                            found,
                            values,
                            ascending.data(),
                            n,
                            support);
            requireSolved("dsyevr", info, found.get(JAVA_INT, 0) == count);
            return descending(values, ascending);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw OpenBlas.unexpected(e);
        }
    }

    private static Eigen descending(MemorySegment ascendingValues, Matrix ascending) {
        int count = ascending.rows();
        Double[] values = new Double[count];
        Matrix vectors = Matrix.allocate(count, ascending.columns());
        long bytes = (long) ascending.columns() * Double.BYTES;
        for (int i = 0; i < count; i++) {
            int from = count - 1 - i;
            values[i] = ascendingValues.get(TensorData.F64, (long) from * Double.BYTES);
            MemorySegment.copy(ascending.data(), from * bytes, vectors.data(), i * bytes, bytes);
        }
        return new Eigen(List.of(values), vectors);
    }

    /**
     * The thin singular value decomposition (LAPACK {@code dgesdd}): r is the smaller of both extents.
     *
     * @param a it is overwritten
     * @throws ArithmeticException if LAPACK finds no solution, as with elements that are not numbers
     */
    public static Svd gesdd(Matrix a) {
        int rank = Math.min(a.rows(), a.columns());
        Matrix u = Matrix.allocate(a.rows(), rank);
        Matrix vt = Matrix.allocate(rank, a.columns());
        if (rank == 0) {
            return new Svd(u, List.of(), vt);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate((long) rank * Double.BYTES, Double.BYTES);
            int info = (int) OpenBlas.get()
                    .dgesdd
                    .invokeExact(
                            COLUMN_MAJOR,
                            (byte) 'S',
                            a.columns(),
                            a.rows(),
                            a.data(),
                            a.columns(),
                            values,
                            vt.data(),
                            a.columns(),
                            u.data(),
                            rank);
            requireSolved("dgesdd", info, true);
            List<Double> singular =
                    Arrays.stream(values.toArray(TensorData.F64)).boxed().toList();
            return new Svd(u, singular, vt);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw OpenBlas.unexpected(e);
        }
    }

    /**
     * The singular values alone (LAPACK {@code dgesdd}), largest first.
     *
     * @param a it is overwritten
     * @throws ArithmeticException if LAPACK finds no solution, as with elements that are not numbers
     */
    public static double[] singularValues(Matrix a) {
        int rank = Math.min(a.rows(), a.columns());
        if (rank == 0) {
            return new double[0];
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate((long) rank * Double.BYTES, Double.BYTES);
            int info = (int) OpenBlas.get()
                    .dgesdd
                    .invokeExact(
                            COLUMN_MAJOR,
                            (byte) 'N',
                            a.columns(),
                            a.rows(),
                            a.data(),
                            a.columns(),
                            values,
                            MemorySegment.NULL,
                            1,
                            MemorySegment.NULL,
                            1);
            requireSolved("dgesdd", info, true);
            return values.toArray(TensorData.F64);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw OpenBlas.unexpected(e);
        }
    }

    /**
     * The sign of a square matrix's determinant (LAPACK {@code dgetrf}): −1, 0 or 1.
     *
     * @param a it is overwritten
     */
    public static int determinantSign(Matrix a) {
        int n = a.rows();
        if (a.columns() != n) {
            throw new IllegalArgumentException("the determinant of a %d x %d matrix".formatted(n, a.columns()));
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pivots = arena.allocate((long) n * Integer.BYTES + 1, Integer.BYTES);
            int info = (int) OpenBlas.get().dgetrf.invokeExact(COLUMN_MAJOR, n, n, a.data(), Math.max(1, n), pivots);
            if (info < 0) {
                throw new ArithmeticException("LAPACK dgetrf refused argument " + -info);
            }
            int sign = 1;
            for (int i = 0; i < n; i++) {
                // Pivots count from 1: a row that was exchanged with another changes the sign.
                sign *= pivots.getAtIndex(JAVA_INT, i) == i + 1 ? 1 : -1;
                sign *= (int) Math.signum(a.get(i, i));
            }
            return sign;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw OpenBlas.unexpected(e);
        }
    }

    private static void requireSolved(String function, int info, boolean complete) {
        if (info != 0 || !complete) {
            throw new ArithmeticException("LAPACK " + function + " found no solution: info " + info);
        }
    }
}
