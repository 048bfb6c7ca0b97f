package io.sinter.encoder.family;

import io.sinter.encoder.Layers;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import java.util.List;
import java.util.Map;

/** RoBERTa's places: tokens count from {@code pad + 1}, wherever padding stands; padding is at place {@code pad}. */
final class PaddedPlaces {

    private PaddedPlaces() {}

    /** Emits cumsum(ids ≠ pad) · (ids ≠ pad) + pad: INT64 {@code [B, S]} of ids {@code [B, S]}. */
    static Value of(Layers layers, Value ids, long pad) {
        Ops ops = layers.ops();
        Value tokens = ops.cast(ops.not(ops.equal(ids, layers.index(pad))), DType.INT64);
        Value running = ops.apply("CumSum", List.of(tokens, layers.index(1)), Map.of());
        return ops.add(ops.mul(running, tokens), layers.index(pad));
    }
}
