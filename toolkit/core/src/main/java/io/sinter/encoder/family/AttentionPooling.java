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

    /** What the probe finds, {@code [B, 1, h]}. The probe is the same for all pictures, and so are its queries. */
    private static Value attended(Layers layers, Weights w, TowerLayers sizes, Value states) {
        long hidden = sizes.hidden();
        Width width = sizes.width();
        TensorData weight = w.tensor("attention.in_proj_weight", 3 * hidden, hidden);
        TensorData bias = w.zeros("attention.in_proj_bias", 3 * hidden);
        String name = w.name("attention.in_proj");
        Linear keysAndValues = part(name + ".key_value", weight, bias, hidden, 3 * hidden);
        List<Value> parts = layers.projections(states, List.of(keysAndValues), hidden, hidden);
        TensorData queries = queries(w.tensor("probe", 1, 1, hidden), weight, bias, width);
        Value scores = layers.ops().matMul(parts.get(0), layers.weight(w.name("probe.queries"), queries));
        Value perHead = layers.ops().unsqueeze(layers.ops().transpose(scores, 0, 2, 1), 2);
        return Attention.weighted(layers, perHead, parts.get(1), width);
    }

    /**
     * The probe's queries, scaled: {@code [h, heads]}, where column n holds those of head n in the head's rows and zeros in the
     * others. A product with keys {@code [B, S, h]} gives all heads' scores, of no pictures, too.
     */
    private static TensorData queries(TensorData probe, TensorData weight, TensorData bias, Width width) {
        int hidden = Math.toIntExact(probe.dim(2));
        int heads = Math.toIntExact(width.heads());
        float[] x = probe.toFloatArray();
        float[] rows = weight.rows(0, hidden).toFloatArray();
        float[] shift = bias.rows(0, hidden).toFloatArray();
        float[] queries = new float[hidden * heads];
        for (int i = 0; i < hidden; i++) {
            double sum = shift[i];
            for (int j = 0; j < hidden; j++) {
                sum += (double) rows[i * hidden + j] * x[j];
            }
            queries[i * heads + i / (hidden / heads)] = (float) (sum * width.scale());
        }
        return TensorData.of(List.of((long) hidden, (long) heads), queries);
    }

    private static Linear part(String name, TensorData weight, TensorData bias, long from, long to) {
        return new Linear(name, weight.rows(from, to), Linear.Layout.OUT_IN, bias.rows(from, to));
    }
}
