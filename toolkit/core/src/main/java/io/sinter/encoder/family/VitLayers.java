package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.FeedForward;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Linear;
import io.sinter.encoder.Network;
import io.sinter.encoder.PreNormLayer;
import io.sinter.encoder.PreNormLayer.Branch;
import io.sinter.encoder.SelfAttention;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.Weights.Bias;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Objects;

/** What ViT and DeiT share, and their checkpoint names. */
final class VitLayers {

    private VitLayers() {}

    /**
     * Emits embeddings, layers and the last norm.
     *
     * @param weights of the model without its head
     * @param specials tokens before the patches; each has a place
     * @return {@code [B, S, h]}
     */
    static Value emit(Network network, Weights weights, List<TensorData> specials) {
        Settings config = network.config();
        double epsilon = config.number("layer_norm_eps", 1e-12);
        PatchEmbeddings embeddings = embeddings(config, weights.under("embeddings"), specials, specials.size());
        return PreNormLayer.chain(
                        network,
                        (layers, norm) -> embeddings.emit(network, layers, Objects.requireNonNull(norm)),
                        config.size("num_hidden_layers"),
                        i -> layer(weights.under("encoder.layer." + i), config, epsilon),
                        weights.layerNorm("layernorm", config.size("hidden_size"), epsilon))
                .output();
    }

    /**
     * The embeddings, of DINOv2, too.
     *
     * @param placed how many of the special tokens have a place
     */
    static PatchEmbeddings embeddings(Settings config, Weights w, List<TensorData> specials, long placed) {
        Pictures pictures = Pictures.of(config);
        long hidden = config.size("hidden_size");
        Linear projection =
                PatchEmbeddings.projection(w.under("patch_embeddings.projection"), pictures, hidden, Bias.WITH);
        long places = placed + pictures.count();
        TensorData table = w.tensor("position_embeddings", 1, places, hidden).reshape(List.of(places, hidden));
        return new PatchEmbeddings(pictures, projection, specials, table);
    }

    /** A layer's attention, by the names of DINOv2, too. */
    static SelfAttention attention(Weights w, Settings config) {
        long hidden = config.size("hidden_size");
        Bias bias = Bias.of(config.flag("qkv_bias", true));
        return new SelfAttention(
                List.of(
                        w.linear("attention.query", hidden, hidden, bias),
                        w.linear("attention.key", hidden, hidden, bias),
                        w.linear("attention.value", hidden, hidden, bias)),
                w.linear("output.dense", hidden, hidden),
                BertLayers.width(config),
                Visibility.ALL,
                null);
    }

    /** Names the outputs: states and pooled states, or scores of classes from the first place. */
    static void output(Network network, Weights weights, Value states) {
        Layers layers = network.layers();
        Settings config = network.config();
        long hidden = config.size("hidden_size");
        switch (network.head()) {
            case NONE -> {
                network.output("last_hidden_state", states);
                if (weights.has("pooler.dense.weight")) {
                    Linear dense = weights.linear("pooler.dense", hidden, config.size("pooler_output_size", hidden));
                    Activation activation = config.activation("pooler_act", Activation.TANH);
                    network.output(
                            "pooler_output",
                            layers.at("pooler").activated(BertLayers.first(layers, states), dense, activation));
                }
            }
            case CLASSIFICATION -> {
                Linear classifier = network.weights().linear("classifier", hidden, Classes.count(config));
                network.output("logits", layers.linear(BertLayers.first(layers, states), classifier));
                network.output("last_hidden_state", states);
            }
            case MASKED_LM, CAUSAL_LM -> throw new IllegalStateException("not among heads()");
        }
    }

    private static PreNormLayer layer(Weights w, Settings config, double epsilon) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        FeedForward feedForward = new FeedForward(
                w.linear("intermediate.dense", hidden, inner),
                config.activation("hidden_act", Activation.GELU),
                w.linear("output.dense", inner, hidden));
        return new PreNormLayer(
                w.path(),
                Branch.of(w.layerNorm("layernorm_before", hidden, epsilon), attention(w.under("attention"), config)),
                Branch.of(w.layerNorm("layernorm_after", hidden, epsilon), feedForward));
    }
}
