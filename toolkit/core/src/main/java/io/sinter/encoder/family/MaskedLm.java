package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Linear;
import io.sinter.encoder.Network;
import io.sinter.encoder.Norm;
import io.sinter.encoder.Settings;
import io.sinter.encoder.VocabularyHead;
import io.sinter.encoder.Weights;
import io.sinter.encoder.Weights.Bias;
import io.sinter.encoder.family.BertEmbeddings.Embedded;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import org.jspecify.annotations.Nullable;

/**
 * What predicts masked tokens: norm(f(x·W + b)), and of that the scores of every token.
 *
 * @param dense to the width of the embeddings
 * @param activation f
 * @param norm of what f makes
 * @param decoder name of the projection to the vocabulary, without {@code .weight}; null where the table is it, whatever
 *     the configuration says
 * @param bias name of the scores' bias where it is not the decoder's
 */
record MaskedLm(
        Linear dense,
        Activation activation,
        Norm norm,
        @Nullable String decoder,
        String bias) {

    /** The head below a part of the model with the bias and the decoder that most families have. */
    static MaskedLm of(Weights part, Linear dense, Activation activation, Norm norm) {
        return new MaskedLm(dense, activation, norm, part.name("decoder"), part.name("bias"));
    }

    /** BERT's head, under {@code cls.predictions}, for embeddings of that width. */
    static MaskedLm ofBert(Network network, long width) {
        return ofBert(network, width, BertLayers.EPSILON);
    }

    /**
     * The same.
     *
     * @param otherwise epsilon of its norm where the configuration has none
     */
    static MaskedLm ofBert(Network network, long width, double otherwise) {
        Settings config = network.config();
        Weights part = network.weights().under("cls.predictions");
        return of(
                part,
                part.linear("transform.dense", config.size("hidden_size"), width),
                config.activation("hidden_act", Activation.GELU),
                part.layerNorm("transform.LayerNorm", width, config.number("layer_norm_eps", otherwise)));
    }

    /**
     * Emits {@code logits} {@code [B, S, V]}. The projection shares the table where the configuration says so, unless
     * the checkpoint has another.
     */
    Value scores(Network network, Value states, Embedded embedded) {
        Layers layers = network.layers().at(dense.name());
        Value transformed = layers.norm(layers.activated(states, dense, activation), norm);
        String name = biasName(network);
        TensorData shifts =
                network.weights().zeros(name, embedded.words().rows().dim(0));
        return projection(network, layers, embedded.words()).scores(layers, transformed, name, shifts);
    }

    private VocabularyHead projection(Network network, Layers layers, Table words) {
        Weights weights = network.weights();
        if (decoder == null || (tied(network) && !weights.source().differ(decoder + ".weight", words.name()))) {
            return new VocabularyHead.Tied(words.in(layers));
        }
        return new VocabularyHead.Untied(
                weights.linear(decoder, words.rows().dim(1), words.rows().dim(0), Bias.WITHOUT));
    }

    /** Tied projections have the head's bias, unless the checkpoint has another for them; others have their own. */
    private String biasName(Network network) {
        if (decoder == null) {
            return bias;
        }
        String own = decoder + ".bias";
        Weights weights = network.weights();
        boolean apart = !tied(network) || !weights.has(bias) || weights.source().differ(own, bias);
        return weights.has(own) && apart ? own : bias;
    }

    private static boolean tied(Network network) {
        return network.config().flag("tie_word_embeddings", true);
    }
}
