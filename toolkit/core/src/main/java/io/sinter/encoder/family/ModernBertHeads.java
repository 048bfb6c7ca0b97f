package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.VocabularyHead;
import io.sinter.encoder.Weights;
import io.sinter.encoder.Weights.Bias;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The heads of ModernBERT: a projection with a norm after it, and scores of tokens or of classes. */
final class ModernBertHeads {

    private ModernBertHeads() {}

    static void emit(Network network, Value states, Table words) {
        switch (network.head()) {
            case NONE -> {}
            case MASKED_LM -> network.output("logits", vocabularyScores(network, transformed(network, states), words));
            case CLASSIFICATION ->
                network.output("logits", classScores(network, transformed(network, pooled(network, states))));
            case CAUSAL_LM -> throw new IllegalStateException("not among heads()");
        }
        network.output("last_hidden_state", states);
    }

    private static Value transformed(Network network, Value x) {
        Settings config = network.config();
        Weights w = network.weights();
        long hidden = config.size("hidden_size");
        Layers layers = network.layers().at("head");
        Value activated = layers.activated(
                x,
                w.linear("head.dense", hidden, hidden, Bias.of(config.flag("classifier_bias", false))),
                config.activation("classifier_activation", Activation.GELU));
        return layers.norm(activated, ModernBert.norm(w, "head.norm", config));
    }

    private static Value vocabularyScores(Network network, Value x, Table words) {
        Settings config = network.config();
        Weights w = network.weights();
        TensorData rows = words.rows();
        @Nullable TensorData bias = config.flag("decoder_bias", true) ? w.zeros("decoder.bias", rows.dim(0)) : null;
        Layers layers = network.layers().at("decoder");
        VocabularyHead head =
                config.flag("tie_word_embeddings", true) && !w.source().differ("decoder.weight", words.name())
                        ? new VocabularyHead.Tied(words.in(layers))
                        : new VocabularyHead.Untied(w.linear("decoder", rows.dim(1), rows.dim(0), Bias.WITHOUT));
        return head.scores(layers, x, "decoder.bias", bias);
    }

    private static Value classScores(Network network, Value x) {
        Settings config = network.config();
        long hidden = config.size("hidden_size");
        return network.layers()
                .at("classifier")
                .linear(x, network.weights().linear("classifier", hidden, Classes.count(config)));
    }

    /** The first place, or the mean of all tokens. */
    private static Value pooled(Network network, Value states) {
        Settings config = network.config();
        Layers layers = network.layers().at("pooling");
        return switch (config.text("classifier_pooling", "cls")) {
            case "cls" -> BertLayers.first(layers, states);
            case "mean" -> {
                Ops ops = layers.ops();
                Value mask = ops.unsqueeze(ops.cast(network.attentionMask(), DType.FLOAT), 1);
                Value sum = ops.squeeze(ops.matMul(mask, states), 1);
                yield ops.div(sum, ops.squeeze(ops.reduceSum(mask, List.of(2L), KeepDims.KEEP), 1));
            }
            default -> throw config.unsupported("classifier_pooling", "cls or mean");
        };
    }
}
