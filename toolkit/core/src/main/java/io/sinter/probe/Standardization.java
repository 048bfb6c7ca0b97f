package io.sinter.probe;

import io.sinter.error.IncompatibleException;
import io.sinter.linalg.Centred;
import io.sinter.linalg.Matrix;

/**
 * Vectors less their mean, divided by the mean of their components' standard deviations: one number for all, so that
 * distances keep their proportions, and a strength means the same for vectors of any scale.
 *
 * @param mean vector
 * @param deviation mean of the components' standard deviations
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Standardization(double[] mean, double deviation) {

    /**
     * That of some vectors.
     *
     * @throws IncompatibleException if they are all the same
     */
    static Standardization of(String what, Matrix vectors) {
        Centred centred = Centred.of(vectors);
        double[] variances = new double[vectors.columns()];
        for (int row = 0; row < vectors.rows(); row++) {
            for (int i = 0; i < variances.length; i++) {
                double apart = centred.matrix().get(row, i);
                variances[i] += apart * apart / vectors.rows();
            }
        }
        double sum = 0;
        for (double variance : variances) {
            sum += Math.sqrt(variance);
        }
        if (!(sum / variances.length > 1e-12)) {
            throw new IncompatibleException(
                    what + ": all vectors are the same, so that nothing can be told apart by them");
        }
        return new Standardization(centred.mean(), sum / variances.length);
    }

    /** Vectors so, with a column of ones behind them. */
    Matrix of(Matrix vectors) {
        Matrix rows = Matrix.allocate(vectors.rows(), mean.length + 1);
        for (int row = 0; row < vectors.rows(); row++) {
            for (int i = 0; i < mean.length; i++) {
                rows.set(row, i, (vectors.get(row, i) - mean[i]) / deviation);
            }
            rows.set(row, mean.length, 1);
        }
        return rows;
    }
}
