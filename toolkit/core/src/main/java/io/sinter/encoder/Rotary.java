package io.sinter.encoder;

import io.sinter.encoder.Attention.Width;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;

/**
 * Rotary positions (Su et al. 2021, arXiv:2104.09864) in the layout of transformers: components i and i + d/2 of a head
 * at place p turn by the angle p · frequencyᵢ.
 *
 * @param cos float32 {@code [S, d/2]}
 * @param sin float32 {@code [S, d/2]}
 */
public record Rotary(Value cos, Value sin) {

    /** Frequencies theta^(−2i/d) for i below d/2. */
    public static double[] frequencies(double theta, long width) {
        double[] frequencies = new double[(int) (width / 2)];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1 / Math.pow(theta, 2.0 * i / width);
        }
        return frequencies;
    }

    /**
     * Emits the angles of places.
     *
     * @param places INT64 {@code [S]}
     * @param frequencies of the pairs of a head
     * @param factor of cosine and sine: 1, but for scaled positions
     */
    public static Rotary of(Layers layers, Value places, double[] frequencies, double factor) {
        Ops ops = layers.ops();
        float[] row = new float[frequencies.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) frequencies[i];
        }
        Value rates = ops.constant("inv_freq", TensorData.of(List.of(1L, (long) row.length), row));
        Value column = ops.unsqueeze(ops.cast(places, DType.FLOAT), 1);
        Value angles = ops.mul(column, rates);
        Value cos = ops.apply("Cos", List.of(angles), Map.of());
        Value sin = ops.apply("Sin", List.of(angles), Map.of());
        return factor == 1
                ? new Rotary(cos, sin)
                : new Rotary(ops.mul(cos, layers.scalar(factor)), ops.mul(sin, layers.scalar(factor)));
    }

    /** Turns all heads of {@code [B, S, N·d]}. */
    public Value turn(Layers layers, Value x, Width width, long heads) {
        Ops ops = layers.ops();
        if (layers.fused()) {
            return layers.microsoft().rotaryEmbedding(x, layers.indices(0), cos, sin, heads);
        }
        long half = width.width() / 2;
        Value apart = layers.reshape(x, 0, 0, heads, width.width());
        List<Value> halves = ops.split(apart, -1, half, half);
        Value c = ops.unsqueeze(cos, 1);
        Value s = ops.unsqueeze(sin, 1);
        Value first = ops.sub(ops.mul(halves.get(0), c), ops.mul(halves.get(1), s));
        Value second = ops.add(ops.mul(halves.get(1), c), ops.mul(halves.get(0), s));
        return layers.reshape(ops.concat(-1, List.of(first, second)), 0, 0, heads * width.width());
    }
}
