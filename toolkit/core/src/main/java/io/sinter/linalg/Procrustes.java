package io.sinter.linalg;

import io.sinter.error.IncompatibleException;
import io.sinter.linalg.ProcrustesOptions.Centring;
import io.sinter.linalg.ProcrustesOptions.Orientation;
import io.sinter.linalg.ProcrustesOptions.Scaling;

/**
 * The rotation that brings one table closest to another: R minimises {@code ‖XR − Y‖F} over matrices with orthonormal
 * columns or rows, R = U Vᵀ of the singular value decomposition {@code XᵀY = U S Vᵀ} (Schönemann, "A generalized solution of
 * the orthogonal Procrustes problem", Psychometrika 31, 1966). The weight of the map is {@code s·Rᵀ}; the factor s, if
 * asked for, is {@code ⟨XR, Y⟩ / ‖XR‖²}, which is {@code Σ Sᵢ / ‖X‖²} where X is not wider than Y.
 *
 * <p>Tables may have different widths: with {@code from < to} the rows of R are orthonormal and lengths are kept; with
 * {@code from > to} its columns are, and R maximises {@code tr(RᵀXᵀY)} (the least-squares optimum over such matrices has no
 * closed form).
 */
public final class Procrustes {

    private Procrustes() {}

    /**
     * Fits.
     *
     * @param x {@code [n, from]}
     * @param y {@code [n, to]}, row i beside row i of x
     * @throws IncompatibleException if the numbers of rows differ, a rotation is asked for between different widths, or a
     *     scale where every row of x is mapped to zero
     * @throws io.sinter.error.MalformedException if an element is infinite or not a number
     */
    public static AffineMap fit(Matrix x, Matrix y, ProcrustesOptions options) {
        Pairs.require("procrustes", x, y);
        if (options.orientation() == Orientation.ROTATION && x.columns() != y.columns()) {
            throw new IncompatibleException(
                    "procrustes: widths %d and %d: a rotation without mirroring needs equal ones; allow any orientation"
                            .formatted(x.columns(), y.columns()));
        }
        Centred from = centred(x, options.centring());
        Centred to = centred(y, options.centring());
        Matrix weight = orthogonal(from.matrix(), to.matrix(), options.orientation());
        if (options.scaling() == Scaling.UNIFORM) {
            scale(weight, factor(weight, from.matrix(), to.matrix()));
        }
        double[] singular = Lapack.singularValues(from.matrix().copy());
        double condition = FitQuality.condition(singular, Math.max(x.rows(), x.columns()), x.columns());
        return AffineMap.measured(weight, AffineMap.bias(weight, from.mean(), to.mean()), condition, x, y);
    }

    private static Centred centred(Matrix table, Centring centring) {
        return switch (centring) {
            case ORIGIN -> Centred.asIs(table);
            case MEAN -> Centred.of(table);
        };
    }

    /** {@code Rᵀ = V Uᵀ}. */
    private static Matrix orthogonal(Matrix x, Matrix y, Orientation orientation) {
        Lapack.Svd svd = Lapack.gesdd(Blas.product(x.transposed(), y.asIs()));
        Matrix weight = Blas.product(svd.vt().transposed(), svd.u().transposed());
        if (orientation == Orientation.ROTATION && Lapack.determinantSign(weight.copy()) < 0) {
            int last = svd.vt().rows() - 1;
            for (int i = 0; i < svd.vt().columns(); i++) {
                svd.vt().set(last, i, -svd.vt().get(last, i));
            }
            Blas.gemm(1, svd.vt().transposed(), svd.u().transposed(), 0, weight);
        }
        return weight;
    }

    private static double factor(Matrix weight, Matrix x, Matrix y) {
        Matrix turned = Blas.product(x.asIs(), weight.transposed());
        double along = 0;
        double squares = 0;
        for (int row = 0; row < turned.rows(); row++) {
            for (int i = 0; i < turned.columns(); i++) {
                double value = turned.get(row, i);
                along += value * y.get(row, i);
                squares += value * value;
            }
        }
        if (squares == 0) {
            throw new IncompatibleException("procrustes: every row of the first table is zero once centred and turned:"
                    + " there is no scale; fit without one");
        }
        return along / squares;
    }

    private static void scale(Matrix matrix, double factor) {
        for (int row = 0; row < matrix.rows(); row++) {
            for (int i = 0; i < matrix.columns(); i++) {
                matrix.set(row, i, factor * matrix.get(row, i));
            }
        }
    }
}
