package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.family.BertEmbeddings.Embedded;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Optional;

/**
 * RoBERTa (Liu et al. 2019, arXiv:1907.11692) and what shares its graph: XLM-R, CamemBERT and data2vec's text model. It
 * is BERT with places that skip padding, and heads of its own.
 */
public final class Roberta implements TextEncoder {

    @Override
    public List<String> modelTypes() {
        return List.of("roberta", "xlm-roberta", "camembert", "data2vec-text");
    }

    @Override
    public Encoded encode(Network network) {
        Settings config = network.config();
        config.require("position_embedding_type", "absolute");
        config.require("is_decoder", "false");
        Weights base = network.weights().base(prefix(config));
        Value places =
                PaddedPlaces.of(network.layers().at("embeddings"), network.inputIds(), config.index("pad_token_id", 1));
        Embedded embedded = BertEmbeddings.of(config, base.under("embeddings"), config.size("hidden_size"))
                .emit(network, places);
        return new Encoded(base, embedded, BertLayers.emit(network, base, embedded.states()));
    }

    @Override
    public Optional<Value> pooled(Network network, Encoded encoded) {
        return Pooler.DENSE.emitIfThere(network, encoded);
    }

    /** Its activation is not the layers'. */
    @Override
    public MaskedLm maskedLm(Network network) {
        Settings config = network.config();
        Weights part = network.weights().under("lm_head");
        long hidden = config.size("hidden_size");
        return MaskedLm.of(
                part,
                part.linear("dense", hidden, hidden),
                Activation.GELU,
                part.layerNorm("layer_norm", hidden, config.number("layer_norm_eps", BertLayers.EPSILON)));
    }

    @Override
    public Value classScores(Network network, Encoded encoded) {
        return ClassificationHead.of(network, Activation.TANH).scores(network, encoded.states());
    }

    private static String prefix(Settings config) {
        return config.text("model_type", "").equals("data2vec-text") ? "data2vec_text" : "roberta";
    }
}
