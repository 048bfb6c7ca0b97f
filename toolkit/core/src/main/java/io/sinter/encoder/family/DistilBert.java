package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.FeedForward;
import io.sinter.encoder.Network;
import io.sinter.encoder.PostNormLayer;
import io.sinter.encoder.SelfAttention;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.family.BertEmbeddings.Embedded;
import io.sinter.encoder.family.BertEmbeddings.Tables;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.List;

/** DistilBERT (Sanh et al. 2019, arXiv:1910.01108): BERT without types and pooler, under names of its own. */
public final class DistilBert implements TextEncoder {

    /** It is not configurable. */
    private static final double EPSILON = 1e-12;

    @Override
    public List<String> modelTypes() {
        return List.of("distilbert");
    }

    @Override
    public Encoded encode(Network network) {
        Settings config = network.config();
        Weights base = network.weights().base("distilbert");
        Embedded embedded = embeddings(config, base.under("embeddings")).emit(network, null);
        Width width = BertLayers.width(config, "dim", "n_heads");
        Visibility visibility = Visibility.of(network.attentionMask());
        Value states = embedded.states();
        for (long i = 0; i < config.size("n_layers"); i++) {
            Weights part = base.under("transformer.layer." + i);
            states = layer(part, config, width, visibility)
                    .emit(network, network.layers().at(part.path()), states);
        }
        return new Encoded(base, embedded, states);
    }

    @Override
    public MaskedLm maskedLm(Network network) {
        Weights weights = network.weights();
        long hidden = network.config().size("dim");
        return new MaskedLm(
                weights.linear("vocab_transform", hidden, hidden),
                network.config().activation("activation", Activation.GELU),
                weights.layerNorm("vocab_layer_norm", hidden, EPSILON),
                "vocab_projector",
                "vocab_projector.bias");
    }

    @Override
    public Value classScores(Network network, Encoded encoded) {
        Weights weights = network.weights();
        long hidden = network.config().size("dim");
        return new ClassificationHead(
                        weights.linear("pre_classifier", hidden, hidden),
                        Activation.RELU,
                        weights.linear("classifier", hidden, Classes.count(network.config())))
                .scores(network, encoded.states());
    }

    private static BertEmbeddings embeddings(Settings config, Weights w) {
        long hidden = config.size("dim");
        Tables tables = new Tables(BertEmbeddings.words(config, w, hidden), positions(config, w), null);
        return new BertEmbeddings(w, tables, null, w.layerNorm("LayerNorm", hidden, EPSILON));
    }

    /** The checkpoint's table; sinusoidal ones may be left out of it. */
    private static TensorData positions(Settings config, Weights w) {
        String name = "position_embeddings.weight";
        long places = config.size("max_position_embeddings");
        long hidden = config.size("dim");
        return config.flag("sinusoidal_pos_embds", false) && !w.has(name)
                ? SinusoidalPlaces.interleaved(places, hidden)
                : w.tensor(name, places, hidden);
    }

    private static PostNormLayer layer(Weights w, Settings config, Width width, Visibility visibility) {
        long hidden = config.size("dim");
        long inner = config.size("hidden_dim");
        return new PostNormLayer(
                new SelfAttention(
                        List.of(
                                w.linear("attention.q_lin", hidden, hidden),
                                w.linear("attention.k_lin", hidden, hidden),
                                w.linear("attention.v_lin", hidden, hidden)),
                        w.linear("attention.out_lin", hidden, hidden),
                        width,
                        visibility,
                        null),
                w.layerNorm("sa_layer_norm", hidden, EPSILON),
                new FeedForward(
                        w.linear("ffn.lin1", hidden, inner),
                        config.activation("activation", Activation.GELU),
                        w.linear("ffn.lin2", inner, hidden)),
                w.layerNorm("output_layer_norm", hidden, EPSILON));
    }
}
