package io.sinter.encoder;

import io.sinter.encoder.Attention.Projected;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.onnx.ir.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attention of a text with itself, output(attention(queries(x), keys(x), values(x))).
 *
 * @param projections of queries, keys and values, or one that makes all three side by side
 * @param turning what queries and keys go through, or null
 */
public record SelfAttention(
        List<Linear> projections,
        Linear output,
        Width width,
        Visibility visibility,
        @Nullable Turning turning) implements Block {

    /**
     * What happens to queries and keys, head by head.
     *
     * @param rotary by which they turn
     * @param queryNorm over the width of a head before that, or null
     * @param keyNorm likewise
     */
    public record Turning(
            Rotary rotary,
            @Nullable Norm queryNorm,
            @Nullable Norm keyNorm) {

        /** Without norms. */
        public static Turning by(Rotary rotary) {
            return new Turning(rotary, null, null);
        }
    }

    @Override
    public Value inner(Network network, Layers layers, Value x) {
        if (turning == null) {
            return network.attention().of(layers, x, projections, width, visibility);
        }
        long all = width.heads() * width.width();
        long shared = width.keyHeads() * width.width();
        List<Value> parts = layers.projections(x, projections, all, shared, shared);
        Value queries = turned(layers, parts.get(0), width.heads(), turning.rotary(), turning.queryNorm());
        Value keys = turned(layers, parts.get(1), width.keyHeads(), turning.rotary(), turning.keyNorm());
        return network.attention().between(layers, new Projected(queries, keys, parts.get(2)), width, visibility);
    }

    private Value turned(Layers layers, Value x, long heads, Rotary rotary, @Nullable Norm norm) {
        if (norm == null) {
            return rotary.turn(layers, x, width, heads);
        }
        Value normed = layers.norm(layers.reshape(x, 0, 0, heads, width.width()), norm);
        return rotary.turn(layers, layers.reshape(normed, 0, 0, heads * width.width()), width, heads);
    }
}
