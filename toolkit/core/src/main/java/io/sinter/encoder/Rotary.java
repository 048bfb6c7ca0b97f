package io.sinter.encoder;

import io.sinter.encoder.Attention.Width;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
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

    /**
     * Emits cosine and sine.
     *
     * @param angles float32 {@code [S, d/2]}
     * @param factor of both: 1, but for scaled positions
     */
    public static Rotary of(Layers layers, Value angles, double factor) {
        Ops ops = layers.ops();
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
