package io.sinter.combine;

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

/**
 * Which places of a batch of texts hold tokens, wherever padding stands.
 *
 * @param isToken bool {@code [B, S]}
 */
record TokenMask(Ops ops, Value isToken) {

    /** Of an int64 {@code [B, S]}. */
    static TokenMask of(Ops ops, Value mask) {
        return new TokenMask(ops, ops.cast(mask, DType.BOOL));
    }

    /** Numbers of tokens, int32 {@code [B]}; 1 for a text that is nothing but padding. */
    Value lengths() {
        Value counts = ops.reduceSum(ones(), List.of(1L), KeepDims.DROP);
        return ops.cast(ops.max(counts, ops.constant(TensorData.scalar(1L))), DType.INT32);
    }

    /**
     * Vectors {@code [B, S, d]} with the tokens of each text first, in their order, and padding behind them: what operators
     * that take lengths need.
     */
    Value tokensFirst(Value vectors) {
        Value one = ops.constant(TensorData.scalar(1L));
        Value zero = ops.constant(TensorData.scalar(0L));
        Value extents = ops.constant(TensorData.vector(1L));
        Value size = ops.gather(ops.shape(isToken), extents, 0);
        Value places = ops.apply("Range", List.of(zero, ops.squeeze(size, 0), one), Map.of());
        // S − s at a token and −s at padding: sorted, tokens come first, and both stay in order.
        Value key = ops.sub(ops.mul(ones(), size), places);
        TensorType sorted = new TensorType(DType.INT64, shape(isToken));
        Value order = ops.emit("", "TopK", List.of(key, size), Map.of("axis", Attribute.of(1)), List.of(sorted, sorted))
                .get(1);
        return at(vectors, order);
    }

    /** Undoes {@link #tokensFirst} for the tokens; padding gets the vector of some token of its text. */
    Value back(Value vectors) {
        Value zero = ops.constant(TensorData.scalar(0L));
        Value one = ops.constant(TensorData.scalar(1L));
        Value rank = ops.sub(ops.apply("CumSum", List.of(ones(), one), Map.of()), one);
        return at(vectors, ops.max(rank, zero));
    }

    private Value ones() {
        return ops.cast(isToken, DType.INT64);
    }

    /** The vectors {@code [B, S, d]} at places {@code [B, S]}, text by text. */
    private Value at(Value vectors, Value places) {
        Shape texts = shape(isToken);
        TensorType type = new TensorType(
                DType.FLOAT, Shape.of(texts.dim(0), texts.dim(1), shape(vectors).dim(-1)));
        Value indices = ops.unsqueeze(places, -1);
        return ops.emit("", "GatherND", List.of(vectors, indices), Map.of("batch_dims", Attribute.of(1)), List.of(type))
                .getFirst();
    }

    private static Shape shape(Value value) {
        TensorType type = value.type();
        if (type == null || type.shape() == null) {
            throw new IllegalArgumentException(value + ": expected a known rank");
        }
        return type.shape();
    }
}
