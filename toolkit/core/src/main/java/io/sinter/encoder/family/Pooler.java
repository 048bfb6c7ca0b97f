package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.Weights;
import io.sinter.encoder.family.TextEncoder.Encoded;
import io.sinter.onnx.ir.Value;
import java.util.Optional;

/** The vector of a text: tanh of a projection of its first token's. */
enum Pooler {
    /** {@code pooler.dense}, as in BERT. */
    DENSE("pooler.dense"),
    /** {@code pooler}, as in ALBERT. */
    PROJECTION("pooler");

    private final String name;

    Pooler(String name) {
        this.name = name;
    }

    /** Emits {@code [B, h]}. */
    Value emit(Network network, Encoded encoded) {
        return emit(network, encoded.base(), encoded.states(), network.config().size("hidden_size"));
    }

    /** The same for a width that the configuration has under another key. */
    Value emit(Network network, Weights base, Value states, long hidden) {
        Layers layers = network.layers().at("pooler");
        return layers.activated(BertLayers.first(layers, states), base.linear(name, hidden, hidden), Activation.TANH);
    }

    /** Emits it where the checkpoint has the projection: models with a head often leave it out. */
    Optional<Value> emitIfThere(Network network, Encoded encoded) {
        return encoded.base().has(name + ".weight") ? Optional.of(emit(network, encoded)) : Optional.empty();
    }
}
