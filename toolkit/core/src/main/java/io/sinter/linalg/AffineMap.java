package io.sinter.linalg;

import io.sinter.tensor.TensorData;

/**
 * {@code y = W x + b}, for the rows of tables: {@code Y = X Wᵀ + b}.
 *
 * @param weight W: {@code [to, from]}, as PyTorch's and ONNX's linear layers hold it
 * @param bias b: {@code to} numbers
 * @param quality how well the fit went
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record AffineMap(Matrix weight, double[] bias, FitQuality quality) {

    private static final int CHUNK = 4096;

    /** Checks that weight and bias fit together. */
    public AffineMap {
        if (bias.length != weight.rows()) {
            throw new IllegalArgumentException(
                    "a bias of %d for a weight of %d x %d".formatted(bias.length, weight.rows(), weight.columns()));
        }
    }

    /**
     * Maps rows.
     *
     * @param rows {@code [n, from]}
     * @return {@code [n, to]}, new
     * @throws IllegalArgumentException if the rows have another width
     */
    public Matrix apply(Matrix rows) {
        Matrix mapped = Matrix.allocate(rows.rows(), weight.rows());
        for (int row = 0; row < mapped.rows(); row++) {
            for (int i = 0; i < bias.length; i++) {
                mapped.set(row, i, bias[i]);
            }
        }
        Blas.gemm(1, rows.asIs(), weight.transposed(), 1, mapped);
        return mapped;
    }

    /** The map with its residual measured on the rows that it was fitted on. */
    static AffineMap measured(Matrix weight, double[] bias, double condition, Matrix x, Matrix y) {
        AffineMap map = new AffineMap(weight, bias, new FitQuality(condition, Double.NaN, x.rows()));
        double squares = 0;
        for (int first = 0; first < x.rows(); first += CHUNK) {
            int end = Math.min(x.rows(), first + CHUNK);
            squares += squaredDistance(map.apply(x.rows(first, end)), y.rows(first, end));
        }
        return new AffineMap(weight, bias, new FitQuality(condition, Math.sqrt(squares) / norm(y), x.rows()));
    }

    /** {@code b = meanY − W · meanX}. */
    static double[] bias(Matrix weight, double[] meanX, double[] meanY) {
        double[] bias = meanY.clone();
        for (int i = 0; i < bias.length; i++) {
            for (int j = 0; j < meanX.length; j++) {
                bias[i] -= weight.get(i, j) * meanX[j];
            }
        }
        return bias;
    }

    /** The Frobenius norm. */
    static double norm(Matrix matrix) {
        double squares = 0;
        for (long at = 0; at < matrix.data().byteSize(); at += Double.BYTES) {
            double value = matrix.data().get(TensorData.F64, at);
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    private static double squaredDistance(Matrix a, Matrix b) {
        double squares = 0;
        for (long at = 0; at < a.data().byteSize(); at += Double.BYTES) {
            double difference = a.data().get(TensorData.F64, at) - b.data().get(TensorData.F64, at);
            squares += difference * difference;
        }
        return squares;
    }
}
