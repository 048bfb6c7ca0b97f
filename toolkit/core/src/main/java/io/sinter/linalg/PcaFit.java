package io.sinter.linalg;

import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;

/**
 * Principal components of N tables side by side. D is the sum of the tables' widths, R the number of rows, k the number of
 * components; all float64.
 *
 * @param mean {@code [D]}: the mean row; zeros where nothing was centred
 * @param components {@code [k, D]}: orthonormal rows, by falling variance; the entry of largest magnitude (the first of
 *     equals) of each is positive
 * @param singularValues {@code [k]}: of the centred table
 * @param explainedVariance {@code [k]}: {@code singularValues² / (R − 1)}
 * @param explainedVarianceRatio {@code [k]}: share of the total variance
 */
public record PcaFit(
        TensorData mean,
        TensorData components,
        TensorData singularValues,
        TensorData explainedVariance,
        TensorData explainedVarianceRatio) {

    private static final FitQuality UNMEASURED = new FitQuality(Double.NaN, Double.NaN, 0);

    /** The projection's weight {@code [k, D]} in float32, as PyTorch's {@code Linear} lays it out. */
    public TensorData weight() {
        return Conversion.convert(components, DType.FLOAT);
    }

    /** The projection's bias {@code [k]} in float32: {@code −components · mean}. */
    public TensorData bias() {
        int k = Math.toIntExact(components.dim(0));
        int d = Math.toIntExact(components.dim(1));
        float[] bias = new float[k];
        for (int i = 0; i < k; i++) {
            double sum = 0;
            for (int j = 0; j < d; j++) {
                sum += components.data().get(TensorData.F64, ((long) i * d + j) * Double.BYTES)
                        * mean.data().get(TensorData.F64, (long) j * Double.BYTES);
            }
            bias[i] = (float) -sum;
        }
        return TensorData.of(List.of((long) k), bias);
    }

    /**
     * Rows in the components: {@code (X − mean) · componentsᵀ}.
     *
     * @param rows {@code [n, D]}
     * @return {@code [n, k]}, new
     */
    public Matrix project(Matrix rows) {
        Matrix weight = Matrix.copyOf(components);
        double[] bias = AffineMap.bias(weight, mean.data().toArray(TensorData.F64), new double[weight.rows()]);
        return new AffineMap(weight, bias, UNMEASURED).apply(rows);
    }

    /**
     * Rows back from the components: {@code P · components + mean}.
     *
     * @param projected {@code [n, k]}
     * @return {@code [n, D]}, new
     */
    public Matrix restore(Matrix projected) {
        Matrix weight = Matrix.copyOf(components).transpose();
        return new AffineMap(weight, mean.data().toArray(TensorData.F64), UNMEASURED).apply(projected);
    }
}
