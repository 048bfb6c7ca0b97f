package io.sinter.encoder.family;

import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;

/** DeBERTa's masks: padding is zero before the layers, and neither sees nor is seen in them. */
final class DebertaMask {

    private DebertaMask() {}

    /** Emits float32 {@code [B, S, 1]}: 1 for tokens, 0 for padding. */
    static Value ofTokens(Network network, Layers layers) {
        return layers.ops().unsqueeze(layers.ops().cast(network.attentionMask(), DType.FLOAT), 2);
    }

    /** Emits BOOL {@code [B, 1, S, S]}: whether query and key are tokens. */
    static Value ofPairs(Network network, Layers layers) {
        Ops ops = layers.ops();
        Value tokens = ops.cast(network.attentionMask(), DType.BOOL);
        return ops.and(ops.unsqueeze(tokens, 1, 2), ops.unsqueeze(tokens, 1, 3));
    }
}
