package io.sinter.encoder;

import io.sinter.onnx.ir.Value;

/**
 * A transformer layer with its norms after the residual connections, as in BERT:
 *
 * <pre>
 * a = attentionNorm(x + attention(x))
 * y = outputNorm(a + feedForward(a))
 * </pre>
 */
public record PostNormLayer(Block attention, Norm attentionNorm, Block feedForward, Norm outputNorm) {

    /** Emits the layer: {@code [B, S, h]} to {@code [B, S, h]}. */
    public Value emit(Network network, Layers layers, Value x) {
        Value attended = added(network, layers, x, attention, attentionNorm);
        return added(network, layers, attended, feedForward, outputNorm);
    }

    private static Value added(Network network, Layers layers, Value x, Block block, Norm norm) {
        return layers.residual(block.inner(network, layers, x), block.output(), x, norm)
                .output();
    }
}
