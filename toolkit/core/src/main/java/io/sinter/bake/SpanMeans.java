package io.sinter.bake;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;

/** Means of vectors over spans: what several tokens of one tokenizer are to a token of another. */
public final class SpanMeans {

    private SpanMeans() {}

    /**
     * Emits, for each span, the mean of the vectors in it; of an empty span, zeros. A membership matrix
     * {@code [B, S, S']} of zeros and ones times the vectors, divided by its row sums.
     *
     * @param vectors float32 {@code [B, S', d]}
     * @param spans int64 {@code [B, S, 2]}: the first vector, and the one behind the last
     * @return float32 {@code [B, S, d]}
     */
    public static Value emit(Ops ops, Value vectors, Value spans) {
        Value zero = ops.constant(TensorData.scalar(0L));
        Value one = ops.constant(TensorData.scalar(1L));
        Value starts = ops.unsqueeze(ops.gather(spans, zero, 2), -1);
        Value ends = ops.unsqueeze(ops.gather(spans, one, 2), -1);
        Value count = ops.gather(ops.shape(vectors), one, 0);
        Value positions = ops.apply("Range", List.of(zero, count, one), Map.of());
        Value begun = ops.cast(ops.not(ops.less(positions, starts)), DType.FLOAT);
        Value notOver = ops.cast(ops.less(positions, ends), DType.FLOAT);
        Value members = ops.mul(begun, notOver);
        Value sizes = ops.reduceSum(members, List.of(-1L), KeepDims.KEEP);
        return ops.div(ops.matMul(members, vectors), ops.max(sizes, ops.constant(TensorData.scalar(1f))));
    }
}
