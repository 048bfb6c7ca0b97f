package io.sinter.encoder.family;

import io.sinter.encoder.Attention;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.FeedForward;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Linear;
import io.sinter.encoder.Network;
import io.sinter.encoder.Weights;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.List;

/**
 * SigLIP's pooling of a picture: attention of one learned query, the probe, to all patches, and a feed-forward. As the
 * query is the same for all pictures, its projection is a constant, and no fused operator takes it.
 */
final class AttentionPooling {

    private AttentionPooling() {}

    /**
     * Emits the pooling.
     *
     * @param w of the head
     * @param states {@code [B, N, h]}
     * @return {@code [B, h]}
     */
    static Value emit(Network network, Weights w, TowerLayers sizes, Value states) {
        Layers layers = network.layers().at(w.path());
        Ops ops = layers.ops();
        Value x = layers.linear(
                attended(layers, w, sizes, states), w.linear("attention.out_proj", sizes.hidden(), sizes.hidden()));
        FeedForward feedForward = sizes.feedForward(w.under("mlp"));
        Value inner = feedForward.inner(network, layers, layers.norm(x, sizes.norm(w, "layernorm")));
        return ops.squeeze(ops.add(layers.linear(inner, feedForward.output()), x), 1);
    }

    /** What the probe finds, {@code [B, 1, h]}. */
    private static Value attended(Layers layers, Weights w, TowerLayers sizes, Value states) {
        long hidden = sizes.hidden();
        Width width = sizes.width();
        TensorData weight = w.tensor("attention.in_proj_weight", 3 * hidden, hidden);
        TensorData bias = w.zeros("attention.in_proj_bias", 3 * hidden);
        String name = w.name("attention.in_proj");
        Linear query = part(name + ".query", weight, bias, 0, hidden);
        Linear keysAndValues = part(name + ".key_value", weight, bias, hidden, 3 * hidden);
        Value probe = layers.weight(w.name("probe"), w.tensor("probe", 1, 1, hidden));
        Value queries = layers.ops().mul(layers.linear(probe, query), layers.scalar(width.scale()));
        List<Value> parts = layers.projections(states, List.of(keysAndValues), hidden, hidden);
        Value scores = layers.ops()
                .matMul(
                        Attention.split(layers, queries, width, 0, 2, 1, 3),
                        Attention.split(layers, parts.get(0), width, 0, 2, 3, 1));
        return Attention.weighted(layers, scores, parts.get(1), width);
    }

    private static Linear part(String name, TensorData weight, TensorData bias, long from, long to) {
        return new Linear(name, weight.rows(from, to), Linear.Layout.OUT_IN, bias.rows(from, to));
    }
}
