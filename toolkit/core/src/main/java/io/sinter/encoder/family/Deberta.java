package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.Weights.Bias;
import io.sinter.encoder.family.BertEmbeddings.Embedded;
import io.sinter.encoder.family.BertEmbeddings.Tables;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.List;

/**
 * DeBERTa (He et al. 2020, arXiv:2006.03654), DeBERTa-v2 and DeBERTa-v3 (He et al. 2021, arXiv:2111.09543): BERT whose
 * attention knows distances.
 */
public final class Deberta implements TextEncoder {

    private static final double EPSILON = 1e-7;

    @Override
    public List<String> modelTypes() {
        return List.of("deberta", "deberta-v2");
    }

    @Override
    public Encoded encode(Network network) {
        Settings config = network.config();
        config.require("talking_head", "false");
        Weights base = network.weights().base("deberta");
        Embedded embedded = embeddings(config, base.under("embeddings")).emit(network, null);
        Layers layers = network.layers().at("embeddings");
        Value mask = DebertaMask.ofTokens(network, layers);
        Value x = layers.ops().mul(embedded.states(), mask);
        DebertaAttention attention = DebertaAttention.of(network, base.under("encoder"));
        Value states = layers(network, base, x, attention);
        return new Encoded(base, embedded, states);
    }

    @Override
    public MaskedLm maskedLm(Network network) {
        Settings config = network.config();
        Weights weights = network.weights();
        Weights own = weights.under("lm_predictions.lm_head");
        boolean legacy = config.flag(
                "legacy", weights.has("cls.predictions.transform.dense.weight") || !own.has("dense.weight"));
        if (legacy) {
            return MaskedLm.ofBert(network, embeddingWidth(config), EPSILON);
        }
        long hidden = config.size("hidden_size");
        return new MaskedLm(
                own.linear("dense", hidden, hidden),
                config.activation("hidden_act", Activation.GELU),
                own.layerNorm("LayerNorm", hidden, epsilon(config)),
                null,
                own.name("bias"));
    }

    @Override
    public Value classScores(Network network, Encoded encoded) {
        Settings config = network.config();
        long hidden = config.size("hidden_size");
        if (config.size("pooler_hidden_size", hidden) != hidden) {
            throw config.unsupported("pooler_hidden_size", "hidden_size " + hidden);
        }
        return new ClassificationHead(
                        network.weights().linear("pooler.dense", hidden, hidden),
                        config.activation("pooler_hidden_act", Activation.GELU),
                        network.weights().linear("classifier", hidden, Classes.count(config)))
                .scores(network, encoded.states());
    }

    private static Value layers(Network network, Weights base, Value x, DebertaAttention attention) {
        Settings config = network.config();
        Value states = x;
        for (long i = 0; i < config.size("num_hidden_layers"); i++) {
            Weights w = base.under("encoder.layer." + i);
            states = BertLayers.layer(w, config, attention.block(w), EPSILON)
                    .emit(network, network.layers().at(w.path()), states);
            if (i == 0 && config.index("conv_kernel_size", 0) > 0) {
                states = DebertaConvolution.of(config, base.under("encoder.conv"))
                        .emit(network, x, states);
            }
        }
        return states;
    }

    private static BertEmbeddings embeddings(Settings config, Weights w) {
        long hidden = config.size("hidden_size");
        long width = embeddingWidth(config);
        long types = config.index("type_vocab_size", 0);
        TensorData positions = config.flag("position_biased_input", true)
                ? w.tensor("position_embeddings.weight", config.size("max_position_embeddings"), width)
                : null;
        Tables tables = new Tables(
                BertEmbeddings.words(config, w, width),
                positions,
                types > 0 ? w.tensor("token_type_embeddings.weight", types, width) : null);
        return new BertEmbeddings(
                w,
                tables,
                width == hidden ? null : w.linear("embed_proj", width, hidden, Bias.WITHOUT),
                w.layerNorm("LayerNorm", hidden, epsilon(config)));
    }

    private static long embeddingWidth(Settings config) {
        return config.has("embedding_size") ? config.size("embedding_size") : config.size("hidden_size");
    }

    /** What the configuration says, or DeBERTa's own default. */
    static double epsilon(Settings config) {
        return config.number("layer_norm_eps", EPSILON);
    }
}
