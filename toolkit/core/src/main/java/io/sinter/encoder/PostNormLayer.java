package io.sinter.encoder;

import io.sinter.encoder.Attention.Projections;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.onnx.ir.Value;

/**
 * A transformer layer with its norms after the residual connections, as in BERT:
 *
 * <pre>
 * a = attentionNorm(x + output(attention(x)))
 * y = outputNorm(a + down(activation(up(a))))
 * </pre>
 */
public record PostNormLayer(
        Projections projections,
        Linear output,
        Norm attentionNorm,
        Linear up,
        Activation activation,
        Linear down,
        Norm outputNorm) {

    /** Emits the layer: {@code [B, S, h]} to {@code [B, S, h]}. */
    public Value emit(Network network, Layers layers, Value x, Width width, Visibility visibility) {
        Value context = network.attention().of(layers, x, projections, width, visibility);
        Value attended = layers.residual(context, output, x, attentionNorm).output();
        return feedForward(layers, attended);
    }

    /** Emits the second half of the layer. */
    public Value feedForward(Layers layers, Value attended) {
        Value inner = layers.activated(attended, up, activation);
        return layers.residual(inner, down, attended, outputNorm).output();
    }
}
