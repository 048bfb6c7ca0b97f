package io.sinter.linalg;

/**
 * Directions of two tables whose projections correlate most, by falling correlation. Column j of A (the transpose of
 * {@code x.weight()}) has its largest entry positive; column j of B, the transpose of {@code y.weight()}, goes with it.
 *
 * @param x rows of the first table to their k projections {@code (row − mean) A}, of variance 1 where nothing was added to
 *     the variances; its residual is the distance from the second table's projections
 * @param y rows of the second table to theirs, {@code (row − mean) B}
 * @param correlations k numbers from 1 to 0, largest first
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record CcaFit(AffineMap x, AffineMap y, double[] correlations) {}
