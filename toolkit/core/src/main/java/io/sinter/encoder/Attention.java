package io.sinter.encoder;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps.Direction;
import io.sinter.onnx.op.MicrosoftOps.Heads;
import io.sinter.onnx.op.MicrosoftOps.Masking;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.tensor.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Emits multi-head attention: softmax(scale · Q·Kᵀ + bias)·V for each head, where a hidden key has the lowest float added
 * to its score, as PyTorch's eager attention does.
 */
public final class Attention {

    private final Map<Visibility, Value> biases = new HashMap<>();
    private final Map<Value, Value> positions = new HashMap<>();
    private final Map<Long, Value> windows = new HashMap<>();

    /**
     * Which keys a query sees.
     *
     * @param mask integers {@code [B, T]}, 1 for tokens and 0 for padding, or null if all are tokens
     * @param direction whether queries see later keys; {@link Direction#CAUSAL} needs a mask
     * @param allowed BOOL of rank 4 that broadcasts to {@code [B, N, S, T]} and is true where a key is seen, or null
     * @param bias floats {@code [1, N, S, T]} added to the scores, or null
     */
    public record Visibility(
            @Nullable Value mask,
            Direction direction,
            @Nullable Value allowed,
            @Nullable Value bias) {

        /** Every key, as between the patches of a picture. */
        public static final Visibility ALL = new Visibility(null, Direction.BIDIRECTIONAL, null, null);

        /** Every token. */
        public static Visibility of(@Nullable Value mask) {
            return new Visibility(mask, Direction.BIDIRECTIONAL, null, null);
        }

        /** Every token up to the query's. */
        public static Visibility causal(Value mask) {
            return new Visibility(mask, Direction.CAUSAL, null, null);
        }

        /** The same, where also {@code allowed} must hold. */
        public Visibility where(Value alsoAllowed) {
            return new Visibility(mask, direction, alsoAllowed, bias);
        }

        /** The same, with scores that depend on places. */
        public Visibility withBias(Value scores) {
            return new Visibility(mask, direction, allowed, scores);
        }
    }

    /**
     * How wide attention is.
     *
     * @param heads of the queries
     * @param keyHeads of keys and values; each serves {@code heads / keyHeads} of the queries
     * @param width of a head
     * @param scale of the scores
     */
    public record Width(long heads, long keyHeads, long width, double scale) {

        /** As many key heads as query heads, and scores divided by the root of their width. */
        public static Width of(long heads, long width) {
            return new Width(heads, heads, width, 1 / Math.sqrt((double) width));
        }
    }

    /**
     * Attention of x with itself, without the projection that follows it.
     *
     * @param x {@code [B, S, h]}
     * @param projections of queries, keys and values, or one that makes all three side by side
     * @return {@code [B, S, N·d]}
     */
    public Value of(Layers layers, Value x, List<Linear> projections, Width width, Visibility visibility) {
        if (layers.fused() && width.heads() == width.keyHeads()) {
            Heads heads = new Heads(width.heads(), (float) width.scale(), visibility.direction());
            Value weight = layers.packedWeight(projections);
            Value bias = layers.packedBiasOrZero(projections);
            return layers.microsoft().attention(x, weight, bias, masking(layers, visibility), heads);
        }
        long all = width.heads() * width.width();
        long shared = width.keyHeads() * width.width();
        List<Value> parts = layers.projections(x, projections, all, shared, shared);
        return between(layers, new Projected(parts.get(0), parts.get(1), parts.get(2)), width, visibility);
    }

    /**
     * Projections that were made.
     *
     * @param queries {@code [B, S, N·d]}
     * @param keys {@code [B, T, K·d]}
     * @param values {@code [B, T, K·d]}
     */
    public record Projected(Value queries, Value keys, Value values) {}

    /** Attention between projections, {@code [B, S, N·d]}. */
    public Value between(Layers layers, Projected projected, Width width, Visibility visibility) {
        Value keys = repeated(layers, projected.keys(), width);
        Value values = repeated(layers, projected.values(), width);
        if (layers.fused()) {
            Heads heads = new Heads(width.heads(), (float) width.scale(), visibility.direction());
            return layers.microsoft()
                    .multiHeadAttention(projected.queries(), keys, values, masking(layers, visibility), heads);
        }
        Ops ops = layers.ops();
        Value scaled = ops.mul(projected.queries(), layers.scalar(width.scale()));
        Value scores = ops.matMul(split(layers, scaled, width, 0, 2, 1, 3), split(layers, keys, width, 0, 2, 3, 1));
        Value bias = bias(layers, visibility);
        return weighted(layers, bias == null ? scores : ops.add(scores, bias), values, width);
    }

    /** softmax(scores)·V, the heads joined: {@code [B, N, S, T]} and {@code [B, T, N·d]} to {@code [B, S, N·d]}. */
    public static Value weighted(Layers layers, Value scores, Value values, Width width) {
        Ops ops = layers.ops();
        Value context = ops.matMul(ops.softmax(scores, -1), split(layers, values, width, 0, 2, 1, 3));
        return layers.reshape(ops.transpose(context, 0, 2, 1, 3), 0, 0, width.heads() * width.width());
    }

    /** The heads of {@code [B, S, N·d]} apart, {@code [B, S, N, d]}, with its axes in another order. */
    public static Value split(Layers layers, Value x, Width width, int... order) {
        return layers.ops().transpose(layers.reshape(x, 0, 0, width.heads(), width.width()), order);
    }

    /** Places 0, 1, 2, …, INT64 {@code [S]}, of ids {@code [B, S]}; on a GPU without leaving it. */
    public Value positions(Layers layers, Value ids) {
        return positions.computeIfAbsent(ids, k -> {
            Ops ops = layers.ops();
            if (layers.target() != Target.CUDA) {
                Value length = ops.gather(ops.shape(ids), layers.index(1), 0);
                return ops.apply("Range", List.of(layers.index(0), length, layers.index(1)), Map.of());
            }
            Value row = ops.slice(ids, layers.indices(0), layers.indices(1), layers.indices(0), layers.indices(1));
            Value ones = ops.cast(ops.equal(row, row), DType.INT64);
            Value running = ops.apply("CumSum", List.of(ones, layers.index(1)), Map.of());
            return ops.squeeze(ops.sub(running, layers.index(1)), 0);
        });
    }

    /**
     * Whether query and key are at most {@code distance} places apart: BOOL {@code [1, 1, S, S]}, for
     * {@link Visibility#where}.
     *
     * @param ids {@code [B, S]}
     */
    public Value near(Layers layers, Value ids, long distance) {
        return windows.computeIfAbsent(distance, d -> {
            Ops ops = layers.ops();
            Value places = positions(layers, ids);
            Value apart = ops.abs(ops.sub(ops.unsqueeze(places, 0, 1, 2), ops.unsqueeze(places, 0, 1, 3)));
            return ops.not(ops.greater(apart, layers.index(d)));
        });
    }

    /** What is added to the scores: floats that broadcast to {@code [B, N, S, T]}, or null if nothing is. */
    public @Nullable Value bias(Layers layers, Visibility visibility) {
        Value known = biases.get(visibility);
        if (known != null) {
            return known;
        }
        Ops ops = layers.ops();
        Value allowed = visibility.allowed();
        Value mask = visibility.mask();
        if (mask != null && visibility.direction() == Direction.CAUSAL) {
            allowed = both(ops, allowed, upToQuery(layers, mask));
        }
        if (mask != null) {
            allowed = both(ops, allowed, ops.unsqueeze(ops.cast(mask, DType.BOOL), 1, 2));
        }
        Value bias = visibility.bias();
        if (allowed != null) {
            Value hidden = ops.where(allowed, layers.scalar(0), layers.scalar(-Float.MAX_VALUE));
            bias = bias == null ? hidden : ops.add(bias, hidden);
        }
        if (bias != null) {
            biases.put(visibility, bias);
        }
        return bias;
    }

    /** The mask as such; what else hides keys, as a bias. */
    private Masking masking(Layers layers, Visibility visibility) {
        Visibility places = new Visibility(null, Direction.BIDIRECTIONAL, visibility.allowed(), visibility.bias());
        Value mask = visibility.mask();
        return new Masking(mask == null ? null : layers.asInt32(mask), bias(layers, places));
    }

    /** BOOL {@code [1, 1, S, S]}: whether the key is not after the query. */
    private Value upToQuery(Layers layers, Value mask) {
        Ops ops = layers.ops();
        Value places = positions(layers, mask);
        Value later = ops.greater(ops.unsqueeze(places, 0, 1, 2), ops.unsqueeze(places, 0, 1, 3));
        return ops.not(later);
    }

    private static Value both(Ops ops, @Nullable Value a, Value b) {
        return a == null ? b : ops.and(a, b);
    }

    /** Every key head as often as queries share it. */
    private static Value repeated(Layers layers, Value x, Width width) {
        if (width.heads() == width.keyHeads()) {
            return x;
        }
        long times = width.heads() / width.keyHeads();
        Ops ops = layers.ops();
        Value apart = ops.unsqueeze(layers.reshape(x, 0, 0, width.keyHeads(), width.width()), 3);
        Value stretched = ops.expand(apart, layers.indices(1, 1, 1, times, 1));
        return layers.reshape(stretched, 0, 0, width.heads() * width.width());
    }
}
