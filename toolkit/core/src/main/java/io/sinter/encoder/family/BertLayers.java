package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.Block;
import io.sinter.encoder.FeedForward;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.PostNormLayer;
import io.sinter.encoder.SelfAttention;
import io.sinter.encoder.SelfAttention.Turning;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Optional;

/** The layers that BERT shares with RoBERTa, ELECTRA and others, and their checkpoint names. */
final class BertLayers {

    /** BERT's default for its norms. */
    static final double EPSILON = 1e-12;

    private BertLayers() {}

    /**
     * Emits all layers.
     *
     * @param weights of the model without its head
     * @param x {@code [B, S, h]}
     */
    static Value emit(Network network, Weights weights, Value x) {
        return emit(network, weights, x, Optional.empty());
    }

    /**
     * The same with places in the attention.
     *
     * @param turning by which queries and keys turn
     */
    static Value emit(Network network, Weights weights, Value x, Optional<Turning> turning) {
        Settings config = network.config();
        long hidden = config.size("hidden_size");
        Width width = width(config);
        Visibility visibility = Visibility.of(network.attentionMask());
        Value states = x;
        for (long i = 0; i < config.size("num_hidden_layers"); i++) {
            Weights w = weights.under("encoder.layer." + i);
            Weights attention = w.under("attention.self");
            Block block = new SelfAttention(
                    List.of(
                            attention.linear("query", hidden, hidden),
                            attention.linear("key", hidden, hidden),
                            attention.linear("value", hidden, hidden)),
                    w.linear("attention.output.dense", hidden, hidden),
                    width,
                    visibility,
                    turning.orElse(null));
            states = layer(w, config, block, EPSILON)
                    .emit(network, network.layers().at(w.path()), states);
        }
        return states;
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

    /**
     * A layer with that attention in it.
     *
     * @param otherwise epsilon of its norms where the configuration has none
     */
    static PostNormLayer layer(Weights w, Settings config, Block attention, double otherwise) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        double epsilon = config.number("layer_norm_eps", otherwise);
        return new PostNormLayer(
                attention,
                w.layerNorm("attention.output.LayerNorm", hidden, epsilon),
                new FeedForward(
                        w.linear("intermediate.dense", hidden, inner),
                        config.activation("hidden_act", Activation.GELU),
                        w.linear("output.dense", inner, hidden)),
                w.layerNorm("output.LayerNorm", hidden, epsilon));
    }
}
