package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Linear;
import io.sinter.encoder.Network;
import io.sinter.encoder.Norm;
import io.sinter.encoder.VocabularyHead;
import io.sinter.encoder.Weights;
import io.sinter.encoder.Weights.Bias;
import io.sinter.encoder.family.BertEmbeddings.Embedded;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;

/**
 * What predicts masked tokens: norm(f(x·W + b)), and of that the scores of every token.
 *
 * @param dense to the width of the embeddings
 * @param activation f
 * @param norm of what f makes
 * @param decoder name of the projection to the vocabulary, without {@code .weight}
 * @param bias name of the scores' bias where it is not the decoder's
 */
record MaskedLm(Linear dense, Activation activation, Norm norm, String decoder, String bias) {

    /** The head below a part of the model with the bias and the decoder that most families have. */
    static MaskedLm of(Weights part, Linear dense, Activation activation, Norm norm) {
        return new MaskedLm(dense, activation, norm, part.name("decoder"), part.name("bias"));
    }

    /**
     * Emits {@code logits} {@code [B, S, V]}. The projection shares the table where the configuration says so, unless
     * the checkpoint has one with other values.
     */
    Value scores(Network network, Value states, Embedded embedded) {
        Layers layers = network.layers().at(dense.name());
        Value transformed = layers.norm(layers.activated(states, dense, activation), norm);
        Weights weights = network.weights();
        TensorData words = embedded.words();
        String name = biasName(weights, network);
        return projection(network, embedded).scores(layers, transformed, name, weights.zeros(name, words.dim(0)));
    }

    private VocabularyHead projection(Network network, Embedded embedded) {
        TensorData words = embedded.words();
        Weights weights = network.weights();
        return tied(network) && !weights.source().contradicts(decoder + ".weight", words)
                ? new VocabularyHead.Tied(embedded.table())
                : new VocabularyHead.Untied(weights.linear(decoder, words.dim(1), words.dim(0), Bias.WITHOUT));
    }

    /** Tied projections use the head's bias, others their own; old checkpoints have only one of both. */
    private String biasName(Weights weights, Network network) {
        String own = decoder + ".bias";
        String first = tied(network) ? bias : own;
        String second = tied(network) ? own : bias;
        return !weights.has(first) && weights.has(second) ? second : first;
    }

    private static boolean tied(Network network) {
        return network.config().flag("tie_word_embeddings", true);
    }
}
