package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
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
        long hidden = network.config().size("hidden_size");
        Layers layers = network.layers().at("pooler");
        Value first = BertLayers.first(layers, encoded.states());
        return layers.activated(first, encoded.base().linear(name, hidden, hidden), Activation.TANH);
    }

    /** Emits it where the checkpoint has the projection: models with a head often leave it out. */
    Optional<Value> emitIfThere(Network network, Encoded encoded) {
        return encoded.base().has(name + ".weight") ? Optional.of(emit(network, encoded)) : Optional.empty();
    }
}
