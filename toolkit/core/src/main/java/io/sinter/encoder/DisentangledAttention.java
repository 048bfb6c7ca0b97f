package io.sinter.encoder;

import io.sinter.encoder.Attention.Width;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Attention whose scores are sums of products between contents and between contents and distances, for each head (He et
 * al. 2020, arXiv:2006.03654):
 *
 * <pre>
 * scale · (Qᵢ·Kⱼ + Qᵢ·KP(i − j) + Kⱼ·QP(i − j))
 * </pre>
 *
 * No fused operator computes this.
 *
 * @param projections of queries, keys and values
 * @param width of heads, and the scale
 * @param positions of distances, or null where only contents count
 * @param allowed BOOL {@code [B, 1, S, S]}: which keys a query sees
 */
public record DisentangledAttention(
        List<Linear> projections,
        Linear output,
        Width width,
        @Nullable Positions positions,
        Value allowed) implements Block {

    /**
     * What distances add.
     *
     * @param rows of distances
     * @param keys their projection to keys, for queries' contents to meet, or null
     * @param queries their projection to queries, for keys' contents to meet, or null
     */
    public record Positions(
            Rows rows, @Nullable Linear keys, @Nullable Linear queries) {}

    /**
     * Vectors of distances, and which one is between a query and a key.
     *
     * @param vectors float32 {@code [R, h]}
     * @param ofQuery INT64 {@code [S, S]}: query · R + row
     * @param ofKey INT64 {@code [S, S]}: key · R + row
     */
    public record Rows(Value vectors, Value ofQuery, Value ofKey) {

        /**
         * Emits the rows.
         *
         * @param count R
         * @param row INT64 {@code [S, S]}: the row of a query and a key
         */
        public static Rows of(Network network, Layers layers, Value vectors, long count, Value row) {
            Ops ops = layers.ops();
            Value places = network.attention().positions(layers, network.inputIds());
            Value starts = ops.mul(places, layers.index(count));
            return new Rows(vectors, ops.add(ops.unsqueeze(starts, 1), row), ops.add(ops.unsqueeze(starts, 0), row));
        }
    }

    @Override
    public Value inner(Network network, Layers layers, Value x) {
        Ops ops = layers.ops();
        long all = width.heads() * width.width();
        List<Value> parts = layers.projections(x, projections, all, all, all);
        Value queries = Attention.split(layers, ops.mul(parts.get(0), layers.scalar(width.scale())), width, 0, 2, 1, 3);
        Value scores = ops.matMul(queries, Attention.split(layers, parts.get(1), width, 0, 2, 3, 1));
        if (positions != null && positions.keys != null) {
            Value met = ops.matMul(queries, heads(layers, positions.keys));
            scores = ops.add(scores, picked(layers, met, positions.rows.ofQuery));
        }
        if (positions != null && positions.queries != null) {
            Value scaled = ops.mul(heads(layers, positions.queries), layers.scalar(width.scale()));
            Value met = ops.matMul(Attention.split(layers, parts.get(1), width, 0, 2, 1, 3), scaled);
            scores = ops.add(scores, picked(layers, met, positions.rows.ofKey));
        }
        Value seen = ops.where(allowed, scores, layers.scalar(-Float.MAX_VALUE));
        return Attention.weighted(layers, seen, parts.get(2), width);
    }

    /** The projected vectors of distances, {@code [N, d, R]}. */
    private Value heads(Layers layers, Linear projection) {
        Value projected = layers.linear(Objects.requireNonNull(positions).rows.vectors, projection);
        return layers.ops().transpose(layers.reshape(projected, 0, width.heads(), width.width()), 1, 2, 0);
    }

    /** Of {@code [B, N, S, R]} those at flat places {@code [S, S]}: {@code [B, N, S, S]}. */
    private static Value picked(Layers layers, Value met, Value places) {
        return layers.ops().gather(layers.reshape(met, 0, 0, -1), places, 2);
    }
}
