package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Architecture;
import io.sinter.encoder.Head;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.VocabularyHead;
import io.sinter.encoder.Weights;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.List;

/** BERT (Devlin et al. 2018, arXiv:1810.04805). */
public final class Bert implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("bert");
    }

    @Override
    public List<Head> heads() {
        return List.of(Head.NONE, Head.MASKED_LM, Head.CLASSIFICATION);
    }

    @Override
    public void emit(Network network) {
        Settings config = network.config();
        config.require("position_embedding_type", "absolute");
        config.require("is_decoder", "false");
        Weights base = network.weights().base("bert");
        BertEmbeddings.Embedded embedded =
                embeddings(config, base.under("embeddings")).emit(network, null);
        Value states = BertLayers.emit(network, base, embedded.states());
        switch (network.head()) {
            case NONE -> {
                network.output("last_hidden_state", states);
                if (base.has("pooler.dense.weight")) {
                    network.output("pooler_output", BertLayers.pooler(network, base, states));
                }
            }
            case MASKED_LM -> {
                network.output("logits", vocabularyScores(network, states, embedded.table()));
                network.output("last_hidden_state", states);
            }
            case CLASSIFICATION -> {
                Value pooled = BertLayers.pooler(network, base, states);
                long hidden = config.size("hidden_size");
                network.output(
                        "logits",
                        network.layers()
                                .linear(pooled, network.weights().linear("classifier", hidden, Classes.count(config))));
                network.output("last_hidden_state", states);
            }
            case CAUSAL_LM -> throw new IllegalStateException("not among heads()");
        }
    }

    private static BertEmbeddings embeddings(Settings config, Weights w) {
        long hidden = config.size("hidden_size");
        return new BertEmbeddings(
                w,
                w.tensor("word_embeddings.weight", config.size("vocab_size"), hidden),
                w.tensor("position_embeddings.weight", config.size("max_position_embeddings"), hidden),
                w.tensor("token_type_embeddings.weight", config.size("type_vocab_size", 2), hidden),
                w.layerNorm("LayerNorm", hidden, config.number("layer_norm_eps", 1e-12)));
    }

    private static Value vocabularyScores(Network network, Value states, Value table) {
        Settings config = network.config();
        Weights w = network.weights().under("cls.predictions");
        long hidden = config.size("hidden_size");
        long tokens = config.size("vocab_size");
        Layers layers = network.layers().at("cls.predictions");
        Value transformed = layers.norm(
                layers.activated(
                        states,
                        w.linear("transform.dense", hidden, hidden),
                        config.activation("hidden_act", Activation.GELU)),
                w.layerNorm("transform.LayerNorm", hidden, config.number("layer_norm_eps", 1e-12)));
        if (config.flag("tie_word_embeddings", true)) {
            TensorData bias = w.zeros("bias", tokens);
            return new VocabularyHead.Tied(table).scores(layers, transformed, w.name("bias"), bias);
        }
        String bias = w.has("decoder.bias") ? "decoder.bias" : "bias";
        return new VocabularyHead.Untied(w.linear("decoder", hidden, tokens, Weights.Bias.WITHOUT))
                .scores(layers, transformed, w.name(bias), w.zeros(bias, tokens));
    }
}
