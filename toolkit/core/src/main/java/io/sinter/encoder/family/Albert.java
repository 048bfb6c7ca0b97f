package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.FeedForward;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.PostNormLayer;
import io.sinter.encoder.SelfAttention;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.family.BertEmbeddings.Embedded;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Optional;

/**
 * ALBERT (Lan et al. 2019, arXiv:1909.11942): narrow embeddings, and layers in groups that share their weights; those are
 * in the graph once.
 */
public final class Albert implements TextEncoder {

    @Override
    public List<String> modelTypes() {
        return List.of("albert");
    }

    @Override
    public Encoded encode(Network network) {
        Settings config = network.config();
        config.require("position_embedding_type", "absolute");
        Weights base = network.weights().base("albert");
        long narrow = embeddingWidth(config);
        Embedded embedded =
                BertEmbeddings.of(config, base.under("embeddings"), narrow).emit(network, null);
        Weights encoder = base.under("encoder");
        Value x = network.layers()
                .at("encoder")
                .linear(
                        embedded.states(),
                        encoder.linear("embedding_hidden_mapping_in", narrow, config.size("hidden_size")));
        return new Encoded(base, embedded, layers(network, encoder, x));
    }

    @Override
    public Optional<Value> pooled(Network network, Encoded encoded) {
        return Pooler.PROJECTION.emitIfThere(network, encoded);
    }

    @Override
    public MaskedLm maskedLm(Network network) {
        Settings config = network.config();
        Weights part = network.weights().under("predictions");
        long narrow = embeddingWidth(config);
        return MaskedLm.of(
                part,
                part.linear("dense", config.size("hidden_size"), narrow),
                config.activation("hidden_act", Activation.GELU_TANH),
                part.layerNorm("LayerNorm", narrow, config.number("layer_norm_eps", BertLayers.EPSILON)));
    }

    @Override
    public Value classScores(Network network, Encoded encoded) {
        return Classes.ofPooled(network, Pooler.PROJECTION.emit(network, encoded));
    }

    /** Layer i is of group ⌊i · groups / layers⌋, and every layer goes through all inner layers of its group. */
    private static Value layers(Network network, Weights encoder, Value x) {
        Settings config = network.config();
        Width width = BertLayers.width(config);
        Visibility visibility = Visibility.of(network.attentionMask());
        long count = config.size("num_hidden_layers");
        long groups = config.size("num_hidden_groups", 1);
        Value states = x;
        for (long i = 0; i < count; i++) {
            long group = (long) (i / ((double) count / groups));
            for (long inner = 0; inner < config.size("inner_group_num", 1); inner++) {
                Weights part = encoder.under("albert_layer_groups.%d.albert_layers.%d".formatted(group, inner));
                Layers layers = network.layers().at("encoder.layer.%d.%d".formatted(i, inner));
                states = layer(part, config, width, visibility).emit(network, layers, states);
            }
        }
        return states;
    }

    private static PostNormLayer layer(Weights w, Settings config, Width width, Visibility visibility) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        double epsilon = config.number("layer_norm_eps", BertLayers.EPSILON);
        return new PostNormLayer(
                new SelfAttention(
                        List.of(
                                w.linear("attention.query", hidden, hidden),
                                w.linear("attention.key", hidden, hidden),
                                w.linear("attention.value", hidden, hidden)),
                        w.linear("attention.dense", hidden, hidden),
                        width,
                        visibility,
                        null),
                w.layerNorm("attention.LayerNorm", hidden, epsilon),
                new FeedForward(
                        w.linear("ffn", hidden, inner),
                        config.activation("hidden_act", Activation.GELU_TANH),
                        w.linear("ffn_output", inner, hidden)),
                w.layerNorm("full_layer_layer_norm", hidden, epsilon));
    }

    private static long embeddingWidth(Settings config) {
        return config.size("embedding_size", 128);
    }
}
