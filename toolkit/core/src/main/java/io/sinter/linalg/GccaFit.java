package io.sinter.linalg;

import java.util.List;

/**
 * What several tables have in common.
 *
 * @param shared G: {@code [n, k]}, orthonormal columns; of each the sign is such that the largest entry of the eigenvector it
 *     comes from is positive
 * @param eigenvalues k numbers, largest first: sums over the tables of the share of the column that the table predicts, so at
 *     most the number of tables
 * @param maps for each table its rows to G's; their residual is the distance from G
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record GccaFit(Matrix shared, double[] eigenvalues, List<AffineMap> maps) {

    /** Copies the list. */
    public GccaFit {
        maps = List.copyOf(maps);
    }
}
