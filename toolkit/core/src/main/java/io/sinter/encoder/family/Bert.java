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
        Embedded embedded = BertEmbeddings.of(config, base.under("embeddings"), config.size("hidden_size"))
                .emit(network, null);
        Value states = BertLayers.emit(network, base, embedded.states());
        switch (network.head()) {
            case NONE -> BertLayers.outputs(network, base, states);
            case MASKED_LM -> {
                network.output(
                        "logits",
                        head(network).scores(network, network.layers().at("cls.predictions"), states, embedded));
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

    private static MaskedLm head(Network network) {
        Settings config = network.config();
        Weights part = network.weights().under("cls.predictions");
        long hidden = config.size("hidden_size");
        return MaskedLm.of(
                part,
                part.linear("transform.dense", hidden, hidden),
                config.activation("hidden_act", Activation.GELU),
                part.layerNorm("transform.LayerNorm", hidden, config.number("layer_norm_eps", 1e-12)));
    }
}
