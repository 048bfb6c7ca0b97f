package io.sinter.encoder;

import io.sinter.encoder.Attention.Width;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.List;
import java.util.Map;

/**
 * Rotary positions (Su et al. 2021, arXiv:2104.09864): the components of a head's i-th pair at place p turn by the angle
 * p · frequencyᵢ.
 *
 * @param cos float32 {@code [S, d/2]}
 * @param sin float32 {@code [S, d/2]}
 * @param pairs which components turn together
 */
public record Rotary(Value cos, Value sin, Pairs pairs) {

    /** Which components of a head make its i-th pair. */
    public enum Pairs {
        /** i and i + d/2, as nearly everywhere. */
        HALVES,
        /** 2i and 2i + 1, as in RoFormer. */
        NEIGHBOURS
    }

    /** Of halves. */
    public Rotary(Value cos, Value sin) {
        this(cos, sin, Pairs.HALVES);
    }

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
        if (layers.fused()) {
            return switch (pairs) {
                case HALVES -> layers.microsoft().rotaryEmbedding(x, layers.indices(0), cos, sin, heads);
                case NEIGHBOURS ->
                    layers.microsoft().rotaryEmbeddingOfNeighbours(x, layers.indices(0), cos, sin, heads);
            };
        }
        long half = width.width() / 2;
        Value turned = switch (pairs) {
            case HALVES -> turned(layers, layers.reshape(x, 0, 0, heads, 2, half), 3);
            case NEIGHBOURS -> turned(layers, layers.reshape(x, 0, 0, heads, half, 2), 4);
        };
        return layers.reshape(turned, 0, 0, heads * width.width());
    }

    /** Turns what an axis of two holds: the first and the second of every pair. */
    private Value turned(Layers layers, Value apart, int axis) {
        Ops ops = layers.ops();
        List<Value> parts = ops.split(apart, axis, 1, 1);
        Value c = ops.unsqueeze(cos, 1, axis - 1);
        Value s = ops.unsqueeze(sin, 1, axis - 1);
        Value first = ops.sub(ops.mul(parts.get(0), c), ops.mul(parts.get(1), s));
        Value second = ops.add(ops.mul(parts.get(1), c), ops.mul(parts.get(0), s));
        return ops.concat(axis, List.of(first, second));
    }
}
