package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Multi-head attention as exporters write it: 2 heads of width 4. */
final class TinyAttention {

    static final long HEADS = 2;
    static final long WIDTH = 4;
    private static final long JOINED = HEADS * WIDTH;

    private final TinyGraph graph;
    private final Ops ops;

    TinyAttention(TinyGraph graph) {
        this.graph = graph;
        this.ops = graph.ops();
    }

    /** Of an input, with the usual scale; what becomes of the scores before the softmax is the caller's. */
    Value of(Value x, UnaryOperator<Value> mask) {
        Value queries = heads(projection(x), 0, 2, 1, 3);
        Value keys = heads(projection(x), 0, 2, 3, 1);
        Value scores = ops.div(ops.matMul(queries, keys), graph.scalar(Math.sqrt(WIDTH)));
        return joined(weights(mask.apply(scores)), heads(projection(x), 0, 2, 1, 3));
    }

    Value weights(Value scores) {
        return ops.softmax(scores, -1);
    }

    Value joined(Value weights, Value values) {
        Value byToken = ops.transpose(ops.matMul(weights, values), 0, 2, 1, 3);
        return ops.reshape(byToken, 0, 0, JOINED);
    }

    /** Split into heads and ordered. */
    Value heads(Value projected, int... order) {
        return ops.transpose(split(projected), order);
    }

    /** With the extents computed in the graph. */
    Value split(Value projected) {
        Value batch = extent(projected, 0);
        Value sequence = extent(projected, 1);
        Value rest = ops.constant("heads", TensorData.vector(HEADS, WIDTH));
        return ops.reshape(projected, ops.concat(0, List.of(batch, sequence, rest)));
    }

    Value projection(Value x) {
        return ops.add(ops.matMul(x, graph.weight(JOINED, JOINED)), graph.weight(JOINED));
    }

    /** {@code (1 − mask) · filter}, {@code [B, 1, 1, S]}, as BERT's. */
    Value additive(Value mask, double filter) {
        Value kept = ops.cast(ops.unsqueeze(mask, 1, 2), DType.FLOAT);
        return ops.mul(ops.sub(graph.scalar(1), kept), graph.scalar(filter));
    }

    private Value extent(Value x, long axis) {
        return ops.apply("Shape", List.of(x), Map.of("start", Attribute.of(axis), "end", Attribute.of(axis + 1)));
    }
}
