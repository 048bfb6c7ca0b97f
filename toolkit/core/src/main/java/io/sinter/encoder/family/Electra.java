package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.family.BertEmbeddings.Embedded;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Value;
import java.util.List;

/** ELECTRA (Clark et al. 2020, arXiv:2003.10555): BERT whose embeddings may be narrower than its layers. */
public final class Electra implements TextEncoder {

    @Override
    public List<String> modelTypes() {
        return List.of("electra");
    }

    @Override
    public Encoded encode(Network network) {
        Settings config = network.config();
        config.require("position_embedding_type", "absolute");
        config.require("is_decoder", "false");
        Weights base = network.weights().base("electra");
        long narrow = embeddingWidth(config);
        long hidden = config.size("hidden_size");
        Embedded embedded =
                BertEmbeddings.of(config, base.under("embeddings"), narrow).emit(network, null);
        Value x = narrow == hidden
                ? embedded.states()
                : network.layers()
                        .at("embeddings_project")
                        .linear(embedded.states(), base.linear("embeddings_project", narrow, hidden));
        return new Encoded(base, embedded, BertLayers.emit(network, base, x));
    }

    /** The generator's; the discriminator's head tells replaced tokens from original ones and scores no tokens. */
    @Override
    public MaskedLm maskedLm(Network network) {
        Settings config = network.config();
        Weights part = network.weights().under("generator_predictions");
        if (!part.has("dense.weight") && network.weights().has("discriminator_predictions.dense.weight")) {
            throw new UnsupportedException(
                    "%s: architectures: got a discriminator, whose head says which tokens were replaced, expected a generator, whose head scores tokens; choose the head none"
                            .formatted(config.where()));
        }
        long narrow = embeddingWidth(config);
        return new MaskedLm(
                part.linear("dense", config.size("hidden_size"), narrow),
                Activation.GELU,
                part.layerNorm("LayerNorm", narrow, config.number("layer_norm_eps", BertLayers.EPSILON)),
                "generator_lm_head",
                "generator_lm_head.bias");
    }

    @Override
    public Value classScores(Network network, Encoded encoded) {
        return ClassificationHead.of(network, Activation.GELU).scores(network, encoded.states());
    }

    private static long embeddingWidth(Settings config) {
        return config.size("embedding_size", 128);
    }
}
