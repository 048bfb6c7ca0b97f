package io.sinter.linalg;

/**
 * Weights of a few points that come nearest to a target. Where several sets of weights come equally near, as with points
 * that depend on each other, the one of least norm is taken: by singular values, those below rounding left out.
 */
public final class LeastSquares {

    private LeastSquares() {}

    /**
     * The w for which {@code ‖x − Σ wᵢpᵢ‖} is least.
     *
     * @param points {@code [k, d]}
     * @param target {@code [1, d]}
     * @return k weights
     */
    public static double[] weights(Matrix points, Matrix target) {
        return weights(points, target, AffineMap.norm(points));
    }

    private static double[] weights(Matrix points, Matrix target, double norm) {
        Lapack.Svd svd = Lapack.gesdd(points.copy());
        int rank = svd.values().size();
        double[] weights = new double[points.rows()];
        double rounding = FitQuality.rounding(norm, Math.max(points.rows(), points.columns()));
        for (int i = 0; i < rank; i++) {
            double value = svd.values().get(i);
            if (value > rounding) {
                double along = Selection.dot(svd.vt().row(i), target.row(0)) / value;
                for (int point = 0; point < weights.length; point++) {
                    weights[point] += along * svd.u().get(point, i);
                }
            }
        }
        return weights;
    }

    /**
     * The w with {@code Σ wᵢ = 1} for which {@code ‖x − Σ wᵢpᵢ‖} is least: equal weights and a correction, which is made of
     * differences from the mean point and so adds up to 0.
     *
     * @param points {@code [k, d]}
     * @param target {@code [1, d]}
     * @return k weights
     */
    public static double[] affineWeights(Matrix points, Matrix target) {
        Centred centred = Centred.of(points);
        Matrix difference = target.copy();
        for (int i = 0; i < centred.mean().length; i++) {
            difference.set(0, i, difference.get(0, i) - centred.mean()[i]);
        }
        double[] weights = weights(centred.matrix(), difference, AffineMap.norm(points));
        for (int i = 0; i < weights.length; i++) {
            weights[i] += 1.0 / weights.length;
        }
        return weights;
    }
}
