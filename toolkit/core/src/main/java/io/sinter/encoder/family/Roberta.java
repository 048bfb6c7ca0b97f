package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Architecture;
import io.sinter.encoder.Head;
import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.family.BertEmbeddings.Embedded;
import io.sinter.onnx.ir.Value;
import java.util.List;

/**
 * RoBERTa (Liu et al. 2019, arXiv:1907.11692) and what shares its graph: XLM-R, CamemBERT and data2vec's text model. It
 * is BERT with places that skip padding, and heads of its own.
 */
public final class Roberta implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("roberta", "xlm-roberta", "camembert", "data2vec-text");
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
        Weights base = network.weights().base(prefix(config));
        long hidden = config.size("hidden_size");
        Value places =
                PaddedPlaces.of(network.layers().at("embeddings"), network.inputIds(), config.index("pad_token_id", 1));
        Embedded embedded =
                BertEmbeddings.of(config, base.under("embeddings"), hidden).emit(network, places);
        Value states = BertLayers.emit(network, base, embedded.states());
        switch (network.head()) {
            case NONE -> BertLayers.outputs(network, base, states);
            case MASKED_LM -> {
                network.output(
                        "logits", head(network).scores(network, network.layers().at("lm_head"), states, embedded));
                network.output("last_hidden_state", states);
            }
            case CLASSIFICATION -> {
                network.output(
                        "logits",
                        ClassificationHead.of(config, network.weights(), Activation.TANH)
                                .scores(network, states));
                network.output("last_hidden_state", states);
            }
            case CAUSAL_LM -> throw new IllegalStateException("not among heads()");
        }
    }

    private static String prefix(Settings config) {
        return config.text("model_type", "").equals("data2vec-text") ? "data2vec_text" : "roberta";
    }

    /** RoBERTa's and MPNet's head for masked tokens; its activation is not the layers'. */
    static MaskedLm head(Network network) {
        Settings config = network.config();
        Weights part = network.weights().under("lm_head");
        long hidden = config.size("hidden_size");
        return MaskedLm.of(
                part,
                part.linear("dense", hidden, hidden),
                Activation.GELU,
                part.layerNorm("layer_norm", hidden, config.number("layer_norm_eps", 1e-12)));
    }
}
