package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Attention.Projections;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.PostNormLayer;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.onnx.ir.Value;

/** The layers that BERT shares with RoBERTa, ELECTRA and others, and their checkpoint names. */
final class BertLayers {

    private BertLayers() {}

    /**
     * Emits all layers.
     *
     * @param weights of the model without its head
     * @param x {@code [B, S, h]}
     */
    static Value emit(Network network, Weights weights, Value x) {
        Settings config = network.config();
        Width width = width(config);
        Activation activation = config.activation("hidden_act", Activation.GELU);
        double epsilon = config.number("layer_norm_eps", 1e-12);
        Visibility visibility = Visibility.of(network.attentionMask());
        long layers = config.size("num_hidden_layers");
        Value state = x;
        for (long i = 0; i < layers; i++) {
            String name = "encoder.layer." + i;
            PostNormLayer layer = layer(weights.under(name), config, activation, epsilon);
            state = layer.emit(network, network.layers().at(name), state, width, visibility);
        }
        return state;
    }

    /** The heads; their width divides the model's. */
    static Width width(Settings config) {
        return width(config, "hidden_size", "num_attention_heads");
    }

    /** The same, under other keys. */
    static Width width(Settings config, String widthKey, String headsKey) {
        long hidden = config.size(widthKey);
        long heads = config.size(headsKey);
        if (hidden % heads != 0) {
            throw config.contradiction("%s %d is no multiple of %s %d".formatted(widthKey, hidden, headsKey, heads));
        }
        return Width.of(heads, hidden / heads);
    }

    /** The first place, {@code [B, h]}. */
    static Value first(Layers layers, Value states) {
        return layers.ops().gather(states, layers.index(0), 1);
    }

    private static PostNormLayer layer(Weights w, Settings config, Activation activation, double epsilon) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        return new PostNormLayer(
                new Projections(
                        w.linear("attention.self.query", hidden, hidden),
                        w.linear("attention.self.key", hidden, hidden),
                        w.linear("attention.self.value", hidden, hidden)),
                w.linear("attention.output.dense", hidden, hidden),
                w.layerNorm("attention.output.LayerNorm", hidden, epsilon),
                w.linear("intermediate.dense", hidden, inner),
                activation,
                w.linear("output.dense", inner, hidden),
                w.layerNorm("output.LayerNorm", hidden, epsilon));
    }
}
