package io.sinter.linalg;

/**
 * How well a fit went.
 *
 * @param condition largest singular value of the design matrix (centred, if the fit centres) over the smallest; infinity if
 *     the smallest is zero to rounding, as with fewer rows than columns
 * @param residual {@code ‖XWᵀ + b − Y‖F / ‖Y‖F}: 0 is exact; NaN where there is nothing to compare, as when Y is zero
 * @param rows how many rows were fitted
 */
public record FitQuality(double condition, double residual, int rows) {

    /**
     * The condition of singular values, largest first; those below the rounding of a matrix of this size count as zero.
     *
     * @param size the larger of the matrix's extents
     * @param columns number of columns: with fewer singular values than that, the matrix is singular
     */
    static double condition(double[] singular, int size, int columns) {
        if (singular.length < columns || singular.length == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double smallest = singular[singular.length - 1];
        return smallest <= rounding(singular[0], size) ? Double.POSITIVE_INFINITY : singular[0] / smallest;
    }

    /** What singular values of a matrix are known to: {@code largest · size · 2⁻⁵²}, as NumPy's and LAPACK's ranks use. */
    static double rounding(double largest, int size) {
        return largest * size * Math.ulp(1.0);
    }
}
