package io.sinter.pooling;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;

/** Emits {@link Pooling} and {@link Normalization} as nodes; {@link Pooler} gives the same numbers in Java. */
public final class PoolingGraph {

    private PoolingGraph() {}

    /**
     * Emits the pooling.
     *
     * @param ops where to
     * @param tokens floats {@code [B, S, d]}
     * @param mask integers {@code [B, S]}: 1 for tokens, 0 for padding
     * @return float32 {@code [B, d]}
     */
    public static Value pool(Ops ops, Value tokens, Value mask, Pooling pooling) {
        Value vectors = asFloat(ops, tokens);
        Value weights = ops.cast(mask, DType.FLOAT);
        return switch (pooling) {
            case CLS -> at(ops, vectors, ops.argMax(weights, 1, KeepDims.KEEP));
            case MEAN -> mean(ops, vectors, weights);
            case WEIGHTED_MEAN -> mean(ops, vectors, ops.mul(weights, places(ops, weights)));
            case MEAN_SQRT_LEN -> {
                Value count = ops.reduceSum(weights, List.of(1L), KeepDims.KEEP);
                yield ops.div(sum(ops, vectors, weights), ops.sqrt(ops.max(count, one(ops))));
            }
            case MAX -> max(ops, vectors, weights);
            case LAST_TOKEN -> last(ops, vectors, weights);
        };
    }

    /**
     * Emits the pooling of vectors that all count, such as those of a picture.
     *
     * @param tokens floats {@code [B, S, d]}
     * @return float32 {@code [B, d]}
     */
    public static Value poolAll(Ops ops, Value tokens, Pooling pooling) {
        Value extents = ops.slice(
                ops.shape(tokens),
                ops.constant(TensorData.vector(0L)),
                ops.constant(TensorData.vector(2L)),
                ops.constant(TensorData.vector(0L)),
                ops.constant(TensorData.vector(1L)));
        Value ones =
                ops.apply("ConstantOfShape", List.of(extents), Map.of("value", Attribute.of(TensorData.vector(1L))));
        return pool(ops, tokens, ones, pooling);
    }

    /** Emits the scaling of float32 {@code [B, d]}. */
    public static Value normalize(Ops ops, Value vectors, Normalization normalization) {
        return switch (normalization) {
            case NONE -> vectors;
            case UNIT_LENGTH -> {
                Value length = ops.reduceL2(vectors, List.of(-1L), KeepDims.KEEP);
                yield ops.div(vectors, ops.max(length, ops.constant(TensorData.scalar(Pooler.SHORTEST))));
            }
        };
    }

    /** The value as float32. */
    public static Value asFloat(Ops ops, Value value) {
        TensorType type = value.type();
        return type != null && type.dtype() == DType.FLOAT ? value : ops.cast(value, DType.FLOAT);
    }

    private static Value mean(Ops ops, Value vectors, Value weights) {
        Value total = ops.reduceSum(weights, List.of(1L), KeepDims.KEEP);
        return ops.div(sum(ops, vectors, weights), ops.max(total, one(ops)));
    }

    private static Value sum(Ops ops, Value vectors, Value weights) {
        return ops.reduceSum(ops.mul(vectors, ops.unsqueeze(weights, -1)), List.of(1L), KeepDims.DROP);
    }

    /** 1, 2, 3, … for every text, {@code [B, S]}. */
    private static Value places(Ops ops, Value weights) {
        Value ones = ops.cast(ops.equal(weights, weights), DType.FLOAT);
        return running(ops, ones);
    }

    private static Value running(Ops ops, Value weights) {
        return ops.apply("CumSum", List.of(weights, ops.constant(TensorData.scalar(1L))), Map.of());
    }

    private static Value one(Ops ops) {
        return ops.constant(TensorData.scalar(1f));
    }

    private static Value max(Ops ops, Value vectors, Value weights) {
        Value isToken = ops.cast(ops.unsqueeze(weights, -1), DType.BOOL);
        Value lowest = ops.constant(TensorData.scalar(-Float.MAX_VALUE));
        Value largest = ops.reduceMax(ops.where(isToken, vectors, lowest), List.of(1L), KeepDims.DROP);
        Value any = ops.cast(ops.reduceMax(weights, List.of(1L), KeepDims.KEEP), DType.BOOL);
        return ops.where(any, largest, ops.constant(TensorData.scalar(0f)));
    }

    /** The running count of tokens is at its largest first at the last token. */
    private static Value last(Ops ops, Value vectors, Value weights) {
        return at(ops, vectors, ops.argMax(running(ops, weights), 1, KeepDims.KEEP));
    }

    /** The vectors at positions {@code [B, 1]}. */
    private static Value at(Ops ops, Value vectors, Value positions) {
        TensorType type = vectors.type();
        Shape shape = type == null ? null : type.shape();
        TensorType result = new TensorType(DType.FLOAT, shape == null ? null : Shape.of(shape.dim(0), shape.dim(2)));
        Map<String, Attribute> perText = Map.of("batch_dims", Attribute.of(1));
        return ops.emit("", "GatherND", List.of(vectors, positions), perText, List.of(result))
                .getFirst();
    }
}
