package io.sinter.pooling;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;

/** {@link Pooling} and {@link Normalization} in Java; {@link PoolingGraph} does the same in a graph. */
public final class Pooler {

    static final float SHORTEST = 1e-12f;

    private Pooler() {}

    /**
     * Makes one vector of each text's token vectors.
     *
     * @param tokens float32 {@code [B, S, d]}
     * @param mask int64 {@code [B, S]}: 1 for tokens, 0 for padding
     * @return float32 {@code [B, d]}
     * @throws IllegalArgumentException if types or extents are others
     */
    public static TensorData pool(TensorData tokens, TensorData mask, Pooling pooling) {
        if (tokens.dtype() != DType.FLOAT
                || mask.dtype() != DType.INT64
                || tokens.rank() != 3
                || !mask.shape().equals(tokens.shape().subList(0, 2))) {
            throw new IllegalArgumentException(
                    "pooling: got tokens %s and mask %s, expected FLOAT [B, S, d] and INT64 [B, S]"
                            .formatted(tokens.describe(), mask.describe()));
        }
        int batch = Math.toIntExact(tokens.dim(0));
        int width = Math.toIntExact(tokens.dim(2));
        TensorData result = TensorData.allocate(DType.FLOAT, List.of((long) batch, (long) width));
        for (int b = 0; b < batch; b++) {
            Text text = new Text(tokens, mask, b);
            float[] vector = switch (pooling) {
                case CLS -> text.vector(first(text));
                case MEAN -> mean(text, Pooler::one, count -> count);
                case WEIGHTED_MEAN -> mean(text, place -> place + 1, total -> total);
                case MEAN_SQRT_LEN -> mean(text, Pooler::one, Math::sqrt);
                case MAX -> max(text);
                case LAST_TOKEN -> text.vector(last(text));
            };
            MemorySegment.copy(vector, 0, result.data(), TensorData.F32, 4L * b * width, width);
        }
        return result;
    }

    /** Scales each row of float32 {@code [B, d]}; a row of zeros stays. */
    public static TensorData normalize(TensorData vectors, Normalization normalization) {
        if (normalization == Normalization.NONE) {
            return vectors;
        }
        int width = Math.toIntExact(vectors.dim(1));
        float[] values = vectors.toFloatArray();
        for (int from = 0; from < values.length; from += width) {
            double squares = 0;
            for (int i = from; i < from + width; i++) {
                squares += (double) values[i] * values[i];
            }
            float length = Math.max((float) Math.sqrt(squares), SHORTEST);
            for (int i = from; i < from + width; i++) {
                values[i] /= length;
            }
        }
        return TensorData.of(vectors.shape(), values);
    }

    private record Text(TensorData tokens, TensorData mask, int index) {
        int length() {
            return (int) tokens.dim(1);
        }

        boolean isToken(int position) {
            return mask.data().getAtIndex(TensorData.I64, (long) index * length() + position) != 0;
        }

        float[] vector(int position) {
            float[] vector = new float[(int) tokens.dim(2)];
            long from = 4L * vector.length * ((long) index * length() + position);
            MemorySegment.copy(tokens.data(), TensorData.F32, from, vector, 0, vector.length);
            return vector;
        }
    }

    /** The tokens' weighted sum over a function of the weights' sum; of a weight below 1, over 1. */
    private static float[] mean(Text text, IntToDoubleFunction weight, DoubleUnaryOperator divisor) {
        float[] sum = new float[(int) text.tokens().dim(2)];
        double total = 0;
        for (int s = 0; s < text.length(); s++) {
            if (text.isToken(s)) {
                float[] vector = text.vector(s);
                float factor = (float) weight.applyAsDouble(s);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += factor * vector[i];
                }
                total += factor;
            }
        }
        float by = (float) divisor.applyAsDouble(Math.max(1, total));
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= by;
        }
        return sum;
    }

    private static double one(int place) {
        return 1;
    }

    private static float[] max(Text text) {
        float[] largest = null;
        for (int s = 0; s < text.length(); s++) {
            if (text.isToken(s)) {
                float[] vector = text.vector(s);
                for (int i = 0; largest != null && i < vector.length; i++) {
                    vector[i] = Math.max(vector[i], largest[i]);
                }
                largest = vector;
            }
        }
        return largest == null ? new float[(int) text.tokens().dim(2)] : largest;
    }

    private static int first(Text text) {
        for (int s = 0; s < text.length(); s++) {
            if (text.isToken(s)) {
                return s;
            }
        }
        return 0;
    }

    private static int last(Text text) {
        int last = text.length() - 1;
        while (last > 0 && !text.isToken(last)) {
            last--;
        }
        return Math.max(0, last);
    }
}
