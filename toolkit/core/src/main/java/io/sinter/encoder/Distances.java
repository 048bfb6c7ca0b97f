package io.sinter.encoder;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

/** How far keys are from queries, computed where the graph runs: shapes need not be known, nor leave the GPU. */
public final class Distances {

    private Distances() {}

    /**
     * Emits INT64 {@code [S, S]} for the places of {@code input_ids}: the key's − the query's, at least −limit and at most
     * limit, plus limit; rows of a table of {@code 2 · limit + 1}.
     */
    public static Value of(Network network, Layers layers, long limit) {
        Ops ops = layers.ops();
        Value places = network.attention().positions(layers, network.inputIds());
        Value apart = ops.sub(ops.unsqueeze(places, 0), ops.unsqueeze(places, 1));
        Value clipped = ops.clip(apart, layers.index(-limit), layers.index(limit));
        return ops.add(clipped, layers.index(limit));
    }

    /**
     * A number for every distance, in the order of those rows.
     *
     * @param ofDistance a number for the key's place − the query's
     */
    public static TensorData table(long limit, LongUnaryOperator ofDistance) {
        return TensorData.vector(
                LongStream.rangeClosed(-limit, limit).map(ofDistance).toArray());
    }
}
