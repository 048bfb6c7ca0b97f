package io.sinter.linalg;

/**
 * The inverse root of a symmetric matrix with eigenvalues of 0 or more, plus a multiple of the identity. Directions whose
 * eigenvalue is zero to rounding are left out (the pseudo-inverse), unless the multiple gives them weight.
 *
 * @param root {@code (A + reg·I)^(−1/2)}: symmetric
 * @param condition root of the ratio of A's largest eigenvalue to its smallest; infinity if that is zero to rounding
 */
record SymmetricRoot(Matrix root, double condition) {

    /**
     * By eigenvectors.
     *
     * @param matrix it is overwritten
     */
    static SymmetricRoot inverse(Matrix matrix, double reg) {
        int n = matrix.rows();
        Lapack.Eigen eigen = Lapack.syevr(matrix, n);
        double largest = eigen.values().getFirst();
        double smallest = eigen.values().getLast();
        double rounding = FitQuality.rounding(largest, n);
        Matrix scaled = eigen.vectors().copy();
        for (int i = 0; i < n; i++) {
            double value = Math.max(0, eigen.values().get(i));
            double factor = value <= rounding && reg == 0 ? 0 : 1 / Math.sqrt(value + reg);
            for (int j = 0; j < n; j++) {
                scaled.set(i, j, factor * scaled.get(i, j));
            }
        }
        double condition = smallest <= rounding ? Double.POSITIVE_INFINITY : Math.sqrt(largest / smallest);
        return new SymmetricRoot(Blas.product(eigen.vectors().transposed(), scaled.asIs()), condition);
    }
}
