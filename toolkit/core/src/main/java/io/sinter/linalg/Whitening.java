package io.sinter.linalg;

import io.sinter.error.IncompatibleException;

/**
 * The affine map after which a table has mean 0 and covariance I (sums over n − 1), by the eigenvectors V and eigenvalues Λ
 * of its covariance (Kessy, Lewin and Strimmer, "Optimal whitening and decorrelation", The American Statistician 72, 2018;
 * for sentence vectors: Su and others, "Whitening sentence representations for better semantics and faster retrieval", 2021).
 */
public final class Whitening {

    private Whitening() {}

    /**
     * Fits.
     *
     * @param x {@code [n, d]}
     * @param k how many principal directions are kept, 1 to d
     * @return weight {@code [k, d]} (PCA) or {@code [d, d]} (ZCA); there is no residual: it is NaN
     * @throws IncompatibleException if k is out of range, or the table varies in fewer directions
     * @throws io.sinter.error.MalformedException if an element is infinite or not a number
     */
    public static AffineMap fit(Matrix x, int k, WhiteningKind kind) {
        Pairs.require("whitening", x, x);
        int d = x.columns();
        if (k < 1 || k > d) {
            throw new IncompatibleException("whitening: got k = %d, expected 1 to %d".formatted(k, d));
        }
        Centred centred = Centred.of(x);
        Matrix scatter = Matrix.allocate(d, d);
        Blas.syrk(centred.matrix(), scatter);
        Lapack.Eigen eigen = Lapack.syevr(scatter, d);
        Matrix weight = eigen.vectors().firstRows(k).copy();
        for (int i = 0; i < k; i++) {
            double value = eigen.values().get(i);
            if (value <= FitQuality.rounding(eigen.values().getFirst(), d)) {
                throw new IncompatibleException(
                        "whitening: got k = %d, but the %d rows vary in %d directions only; take a smaller k"
                                .formatted(k, x.rows(), i));
            }
            double factor = Math.sqrt((x.rows() - 1) / value);
            for (int j = 0; j < d; j++) {
                weight.set(i, j, factor * weight.get(i, j));
            }
        }
        Matrix map = switch (kind) {
            case PCA -> weight;
            case ZCA -> Blas.product(eigen.vectors().firstRows(k).transposed(), weight.asIs());
        };
        double smallest = eigen.values().getLast();
        double condition = smallest <= FitQuality.rounding(eigen.values().getFirst(), d)
                ? Double.POSITIVE_INFINITY
                : Math.sqrt(eigen.values().getFirst() / smallest);
        double[] bias = AffineMap.bias(map, centred.mean(), new double[map.rows()]);
        return new AffineMap(map, bias, new FitQuality(condition, Double.NaN, x.rows()));
    }
}
