package io.sinter.linalg;

import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;

/**
 * Canonical correlation analysis: k directions of each of two tables whose projections correlate most (Hotelling,
 * "Relations between two sets of variates", Biometrika 28, 1936). With covariances C (sums over n − 1) and
 * {@code Cxx + reg·I}, {@code Cyy + reg·I} for the variances: {@code Cxx^(−1/2) Cxy Cyy^(−1/2) = U S Vᵀ},
 * {@code A = Cxx^(−1/2) U}, {@code B = Cyy^(−1/2) V}; the correlations are S.
 */
public final class Cca {

    private Cca() {}

    /**
     * Fits.
     *
     * @param x {@code [n, dx]}
     * @param y {@code [n, dy]}, row i beside row i of x
     * @param k number of directions, at most the smaller width
     * @param reg added to the variances, 0 or more
     * @throws IncompatibleException if the numbers of rows differ, there are fewer than two, or k is too large
     * @throws RecipeException if reg is negative or not finite
     * @throws io.sinter.error.MalformedException if an element is infinite or not a number
     */
    public static CcaFit fit(Matrix x, Matrix y, int k, double reg) {
        Pairs.require("cca", x, y);
        requireReg("cca", reg);
        int most = Math.min(x.columns(), y.columns());
        if (k < 1 || k > most || x.rows() < 2) {
            throw new IncompatibleException(
                    "cca: got k = %d for %d rows of widths %d and %d, expected 1 to %d and two rows"
                            .formatted(k, x.rows(), x.columns(), y.columns(), most));
        }
        Centred from = Centred.of(x);
        Centred to = Centred.of(y);
        SymmetricRoot rootX = SymmetricRoot.inverse(covariance(from.matrix(), from.matrix()), reg);
        SymmetricRoot rootY = SymmetricRoot.inverse(covariance(to.matrix(), to.matrix()), reg);
        Matrix cross = Blas.product(
                Blas.product(
                                rootX.root().asIs(),
                                covariance(from.matrix(), to.matrix()).asIs())
                        .asIs(),
                rootY.root().asIs());
        Lapack.Svd svd = Lapack.gesdd(cross);
        Matrix a = Blas.product(rootX.root().asIs(), svd.u().columns(0, k).asIs());
        Matrix b = Blas.product(rootY.root().asIs(), svd.vt().firstRows(k).transposed());
        makeLargestPositive(a, b);
        double[] correlations =
                svd.values().stream().limit(k).mapToDouble(Double::doubleValue).toArray();
        return new CcaFit(
                map(a, from.mean(), rootX.condition(), x, projected(to.matrix(), b)),
                map(b, to.mean(), rootY.condition(), y, projected(from.matrix(), a)),
                correlations);
    }

    /** Checks what is added to variances. */
    static void requireReg(String method, double reg) {
        if (!(reg >= 0) || Double.isInfinite(reg)) {
            throw new RecipeException("%s: reg: got %s, expected a finite number of 0 or more".formatted(method, reg));
        }
    }

    /** The map to a projection of centred rows. */
    static AffineMap map(Matrix directions, double[] mean, double condition, Matrix x, Matrix y) {
        Matrix weight = directions.transpose();
        return AffineMap.measured(weight, AffineMap.bias(weight, mean, new double[weight.rows()]), condition, x, y);
    }

    private static Matrix covariance(Matrix x, Matrix y) {
        Matrix covariance = Matrix.allocate(x.columns(), y.columns());
        Blas.gemm(1.0 / (x.rows() - 1), x.transposed(), y.asIs(), 0, covariance);
        return covariance;
    }

    private static Matrix projected(Matrix rows, Matrix directions) {
        return Blas.product(rows.asIs(), directions.asIs());
    }

    private static void makeLargestPositive(Matrix a, Matrix b) {
        for (int column = 0; column < a.columns(); column++) {
            double largest = 0;
            for (int row = 0; row < a.rows(); row++) {
                double value = a.get(row, column);
                largest = Math.abs(value) > Math.abs(largest) ? value : largest;
            }
            if (largest < 0) {
                negate(a, column);
                negate(b, column);
            }
        }
    }

    private static void negate(Matrix matrix, int column) {
        for (int row = 0; row < matrix.rows(); row++) {
            matrix.set(row, column, -matrix.get(row, column));
        }
    }
}
