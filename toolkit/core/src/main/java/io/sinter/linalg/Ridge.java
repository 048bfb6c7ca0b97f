package io.sinter.linalg;

import io.sinter.error.RecipeException;

/**
 * Ridge regression of one table on another: {@code W} minimises {@code ‖XWᵀ + b − Y‖² + α‖W‖²} (Hoerl and Kennard,
 * Technometrics 12, 1970), so {@code Wᵀ = (XᵀX + αI)⁻¹ XᵀY}. The intercept is not penalised: it is what centring both tables
 * leaves. Computed by the singular value decomposition {@code X = U S Vᵀ} as {@code Wᵀ = V diag(s / (s² + α)) UᵀY}, which
 * does not square the condition as the normal equations do.
 *
 * <p>With {@code α = 0} this is least squares; directions without variance (singular values below rounding) then get no
 * weight, which is the solution of least norm, also with fewer rows than columns.
 */
public final class Ridge {

    private Ridge() {}

    /** Whether a bias is fitted. */
    public enum Intercept {
        /** No: b = 0. */
        NONE,
        /** Yes, without penalty. */
        FITTED
    }

    /**
     * Fits.
     *
     * @param x {@code [n, from]}
     * @param y {@code [n, to]}, row i beside row i of x
     * @param alpha the penalty, 0 or more
     * @throws RecipeException if the penalty is negative or not finite
     * @throws io.sinter.error.IncompatibleException if the numbers of rows differ or are 0
     * @throws io.sinter.error.MalformedException if an element is infinite or not a number
     */
    public static AffineMap fit(Matrix x, Matrix y, double alpha, Intercept intercept) {
        requirePenalty(alpha);
        Pairs.require("ridge", x, y);
        Centred from = centred(x, intercept);
        Centred to = centred(y, intercept);
        int size = Math.max(x.rows(), x.columns());
        Lapack.Svd svd = Lapack.gesdd(from.matrix().copy());
        double[] singular =
                svd.values().stream().mapToDouble(Double::doubleValue).toArray();
        Matrix projected = Blas.product(svd.u().transposed(), to.matrix().asIs());
        shrink(projected, singular, alpha, FitQuality.rounding(singular[0], size));
        Matrix weight = Blas.product(projected.transposed(), svd.vt().asIs());
        double condition = FitQuality.condition(singular, size, x.columns());
        return AffineMap.measured(weight, AffineMap.bias(weight, from.mean(), to.mean()), condition, x, y);
    }

    /** Checks a penalty, as {@link #fit} does. */
    public static void requirePenalty(double alpha) {
        if (!(alpha >= 0) || Double.isInfinite(alpha)) {
            throw new RecipeException("ridge: alpha: got %s, expected a finite number of 0 or more".formatted(alpha));
        }
    }

    private static Centred centred(Matrix table, Intercept intercept) {
        return switch (intercept) {
            case NONE -> Centred.asIs(table);
            case FITTED -> Centred.of(table);
        };
    }

    private static void shrink(Matrix rows, double[] singular, double alpha, double rounding) {
        for (int row = 0; row < rows.rows(); row++) {
            double s = singular[row];
            double factor = s <= rounding ? 0 : s / (s * s + alpha);
            for (int i = 0; i < rows.columns(); i++) {
                rows.set(row, i, factor * rows.get(row, i));
            }
        }
    }
}
