package io.sinter.encoder.family;

import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.onnx.ir.Value;

/** The classes of a classification head. */
final class Classes {

    private Classes() {}

    /** How many: the entries of {@code id2label}, else {@code num_labels}, else 2 as in transformers. */
    static long count(Settings config) {
        return config.has("id2label") ? config.raw("id2label").size() : config.size("num_labels", 2);
    }

    /** Emits their scores by a projection of the text's vector {@code [B, h]}. */
    static Value ofPooled(Network network, Value pooled) {
        Settings config = network.config();
        return network.layers()
                .linear(pooled, network.weights().linear("classifier", config.size("hidden_size"), count(config)));
    }
}
