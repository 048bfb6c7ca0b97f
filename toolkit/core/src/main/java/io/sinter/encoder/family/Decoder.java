package io.sinter.encoder.family;

import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.Head;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Linear;
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

/** The heads that decoder-only models have in common. */
final class Decoder {

    /** All of them. */
    static final List<Head> HEADS = List.of(Head.NONE, Head.CAUSAL_LM, Head.CLASSIFICATION);

    private Decoder() {}

    /**
     * The words.
     *
     * @param words {@code [V, h]}
     * @param tied whether the scores' projection shares the table
     */
    record Vocabulary(Table words, boolean tied) {}

    /** {@code num_key_value_heads}; null is as many as of the queries, as in transformers. */
    static long keyHeads(Settings config) {
        String key = "num_key_value_heads";
        return config.raw(key).isNull() ? config.size("num_attention_heads") : config.size(key);
    }

    /** Attention whose heads share the model's width, unless {@code head_dim} says another. */
    static Width width(Settings config, long keyHeads) {
        long hidden = config.size("hidden_size");
        long heads = config.size("num_attention_heads");
        if (!config.has("head_dim") && hidden % heads != 0) {
            throw config.contradiction("no head_dim, and hidden_size %d is no multiple of num_attention_heads %d"
                    .formatted(hidden, heads));
        }
        return width(config, keyHeads, config.size("head_dim", Math.max(1, hidden / heads)));
    }

    /** Attention with heads of that width. */
    static Width width(Settings config, long keyHeads, long width) {
        long heads = config.size("num_attention_heads");
        if (heads % keyHeads != 0) {
            throw config.contradiction(
                    "num_attention_heads %d is no multiple of num_key_value_heads %d".formatted(heads, keyHeads));
        }
        return new Width(heads, keyHeads, width, 1 / Math.sqrt((double) width));
    }

    /**
     * What a layer of that type sees: places up to the query's, or all where {@code is_causal} is false; where the layer
     * slides, {@code sliding_window} of them.
     */
    static Visibility visibility(Network network, LayerType type) {
        Settings config = network.config();
        boolean causal = config.flag("is_causal", true);
        Value mask = network.attentionMask();
        Visibility full = causal ? Visibility.causal(mask) : Visibility.of(mask);
        return switch (type) {
            case FULL -> full;
            case SLIDING -> {
                long window = config.size("sliding_window");
                Layers layers = network.layers().at("sliding_window");
                yield full.where(network.attention().near(layers, mask, causal ? window - 1 : window));
            }
        };
    }

    /** Emits the head and names the outputs. */
    static void output(Network network, Value states, Vocabulary vocabulary) {
        switch (network.head()) {
            case NONE -> {}
            case CAUSAL_LM -> network.output("logits", scores(network, states, vocabulary));
            case CLASSIFICATION ->
                network.output(
                        "logits",
                        classes(network, states, vocabulary.words.rows().dim(1)));
            case MASKED_LM -> throw new IllegalStateException("not among heads()");
        }
        network.output("last_hidden_state", states);
    }

    /** {@code [B, S, V]}; as in transformers, a projection in the checkpoint with values of its own is believed. */
    private static Value scores(Network network, Value states, Vocabulary vocabulary) {
        Weights weights = network.weights();
        TensorData words = vocabulary.words.rows();
        Layers layers = network.layers().at("lm_head");
        VocabularyHead head = vocabulary.tied && !weights.source().differ("lm_head.weight", vocabulary.words.name())
                ? new VocabularyHead.Tied(vocabulary.words.in(layers))
                : new VocabularyHead.Untied(weights.linear("lm_head", words.dim(1), words.dim(0), Bias.WITHOUT));
        Value scores = head.scores(layers, states, "lm_head.bias", null);
        double cap = network.config().number("final_logit_softcapping", 0);
        if (cap == 0) {
            return scores;
        }
        Ops ops = layers.ops();
        return ops.mul(ops.tanh(ops.div(scores, layers.scalar(cap))), layers.scalar(cap));
    }

    /** {@code [B, classes]}, of the last place that does not hold {@code pad_token_id}. */
    private static Value classes(Network network, Value states, long hidden) {
        Settings config = network.config();
        Layers layers = network.layers().at("score");
        Ops ops = layers.ops();
        Linear score = network.weights().linear("score", hidden, Classes.count(config), Bias.WITHOUT);
        Value ids = network.inputIds();
        Value places = network.attention().positions(layers, ids);
        long padding = config.integer("pad_token_id", -1);
        Value counted = ops.where(ops.equal(ids, layers.index(padding)), layers.index(0), places);
        Value last = ops.reduceMax(counted, List.of(1L), KeepDims.KEEP);
        Value chosen = ops.unsqueeze(ops.cast(ops.equal(places, last), DType.FLOAT), 1);
        return layers.linear(ops.squeeze(ops.matMul(chosen, states), 1), score);
    }
}
