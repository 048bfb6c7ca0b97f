package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Linear;
import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.onnx.ir.Value;

/**
 * Scores of classes from the first place: out(f(dense(x₀))).
 *
 * @param dense between the model's widths
 * @param activation f
 * @param out to the classes
 */
record ClassificationHead(Linear dense, Activation activation, Linear out) {

    /** The head of RoBERTa, MPNet, ELECTRA and others, under {@code classifier}. */
    static ClassificationHead of(Network network, Activation activation) {
        Settings config = network.config();
        Weights part = network.weights().under("classifier");
        long hidden = config.size("hidden_size");
        return new ClassificationHead(
                part.linear("dense", hidden, hidden),
                activation,
                part.linear("out_proj", hidden, Classes.count(config)));
    }

    /** Emits {@code logits} {@code [B, classes]} of states {@code [B, S, h]}. */
    Value scores(Network network, Value states) {
        Layers layers = network.layers().at("classifier");
        return layers.linear(layers.activated(BertLayers.first(layers, states), dense, activation), out);
    }
}
