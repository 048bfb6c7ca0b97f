package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.FeedForward;
import io.sinter.encoder.Network;
import io.sinter.encoder.PostNormLayer;
import io.sinter.encoder.RelativeBias;
import io.sinter.encoder.RelativeBias.Buckets;
import io.sinter.encoder.SelfAttention;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.family.BertEmbeddings.Embedded;
import io.sinter.encoder.family.BertEmbeddings.Tables;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Optional;

/**
 * MPNet (Song et al. 2020, arXiv:2004.09297): BERT without types, with places that skip padding and scores that depend on
 * distances.
 */
public final class MpNet implements TextEncoder {

    /** As transformers has them, whatever the configuration says. */
    private static final long PAD = 1;

    private static final Buckets BUCKETS = new Buckets(32, 128);

    @Override
    public List<String> modelTypes() {
        return List.of("mpnet");
    }

    @Override
    public Encoded encode(Network network) {
        Settings config = network.config();
        Weights base = network.weights().base("mpnet");
        Embedded embedded = embeddings(config, base.under("embeddings"))
                .emit(network, PaddedPlaces.of(network.layers().at("embeddings"), network.inputIds(), PAD));
        Width width = BertLayers.width(config);
        Visibility visibility =
                Visibility.of(network.attentionMask()).withBias(bias(network, base.under("encoder"), width.heads()));
        Value states = embedded.states();
        for (long i = 0; i < config.size("num_hidden_layers"); i++) {
            Weights part = base.under("encoder.layer." + i);
            states = layer(part, config, width, visibility)
                    .emit(network, network.layers().at(part.path()), states);
        }
        return new Encoded(base, embedded, states);
    }

    @Override
    public Optional<Value> pooled(Network network, Encoded encoded) {
        return Pooler.DENSE.emitIfThere(network, encoded);
    }

    @Override
    public MaskedLm maskedLm(Network network) {
        return new Roberta().maskedLm(network);
    }

    @Override
    public Value classScores(Network network, Encoded encoded) {
        return ClassificationHead.of(network, Activation.TANH).scores(network, encoded.states());
    }

    private static Value bias(Network network, Weights w, long heads) {
        long rows = network.config().size("relative_attention_num_buckets", BUCKETS.count());
        if (rows < BUCKETS.count()) {
            throw network.config().unsupported("relative_attention_num_buckets", BUCKETS.count() + " or more");
        }
        String name = "relative_attention_bias.weight";
        return RelativeBias.of(network, network.layers().at("encoder"), BUCKETS)
                .scores(network.layers().at("encoder"), w.name(name), w.tensor(name, rows, heads));
    }

    private static BertEmbeddings embeddings(Settings config, Weights w) {
        long hidden = config.size("hidden_size");
        Tables tables = new Tables(
                BertEmbeddings.words(config, w, hidden),
                w.tensor("position_embeddings.weight", config.size("max_position_embeddings"), hidden),
                null);
        return new BertEmbeddings(
                w, tables, null, w.layerNorm("LayerNorm", hidden, config.number("layer_norm_eps", BertLayers.EPSILON)));
    }

    private static PostNormLayer layer(Weights w, Settings config, Width width, Visibility visibility) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        double epsilon = config.number("layer_norm_eps", BertLayers.EPSILON);
        return new PostNormLayer(
                new SelfAttention(
                        List.of(
                                w.linear("attention.attn.q", hidden, hidden),
                                w.linear("attention.attn.k", hidden, hidden),
                                w.linear("attention.attn.v", hidden, hidden)),
                        w.linear("attention.attn.o", hidden, hidden),
                        width,
                        visibility,
                        null),
                w.layerNorm("attention.LayerNorm", hidden, epsilon),
                new FeedForward(
                        w.linear("intermediate.dense", hidden, inner),
                        config.activation("hidden_act", Activation.GELU),
                        w.linear("output.dense", inner, hidden)),
                w.layerNorm("output.LayerNorm", hidden, epsilon));
    }
}
