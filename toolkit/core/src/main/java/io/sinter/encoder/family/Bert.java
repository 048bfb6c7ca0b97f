package io.sinter.encoder.family;

import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.family.BertEmbeddings.Embedded;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Optional;

/** BERT (Devlin et al. 2018, arXiv:1810.04805). */
public final class Bert implements TextEncoder {

    @Override
    public List<String> modelTypes() {
        return List.of("bert");
    }

    @Override
    public Encoded encode(Network network) {
        Settings config = network.config();
        config.require("position_embedding_type", "absolute");
        config.require("is_decoder", "false");
        Weights base = network.weights().base("bert");
        Embedded embedded = BertEmbeddings.of(config, base.under("embeddings"), config.size("hidden_size"))
                .emit(network, null);
        return new Encoded(base, embedded, BertLayers.emit(network, base, embedded.states()));
    }

    @Override
    public Optional<Value> pooled(Network network, Encoded encoded) {
        return Pooler.DENSE.emitIfThere(network, encoded);
    }

    @Override
    public MaskedLm maskedLm(Network network) {
        return MaskedLm.ofBert(network, network.config().size("hidden_size"));
    }

    @Override
    public Value classScores(Network network, Encoded encoded) {
        return Classes.ofPooled(network, Pooler.DENSE.emit(network, encoded));
    }
}
