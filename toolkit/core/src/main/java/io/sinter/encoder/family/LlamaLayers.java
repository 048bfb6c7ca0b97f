package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.GatedFeedForward;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.PreNormLayer;
import io.sinter.encoder.PreNormLayer.Branch;
import io.sinter.encoder.Rope;
import io.sinter.encoder.Rotary;
import io.sinter.encoder.SelfAttention;
import io.sinter.encoder.SelfAttention.Turning;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.Weights.Bias;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What Llama, Mistral and Qwen have in common: rotary positions, key heads that several query heads share, a gated
 * feed-forward and root-mean-square norms before both.
 *
 * @param width of attention
 * @param biases which projections have a bias
 * @param norms whether queries and keys are normalised head by head
 * @param types of the layers
 */
record LlamaLayers(Width width, Biases biases, HeadNorms norms, List<LayerType> types) {

    /** Biases of the projections to queries, keys and values; of attention's last; and of the feed-forward. */
    record Biases(Bias projections, Bias output, Bias feedForward) {}

    /** Norms of queries and keys. */
    enum HeadNorms {
        /** {@code q_norm} and {@code k_norm}, over the width of a head. */
        WITH,
        /** None. */
        WITHOUT
    }

    /** Emits the whole model with its head. */
    void emit(Network network) {
        Settings config = network.config();
        long hidden = config.size("hidden_size");
        Weights base = network.weights().base("model");
        Layers layers = network.layers().at("embed_tokens");
        Table words = Table.of(base, "embed_tokens", config.size("vocab_size"), hidden);
        Value places = network.attention().positions(layers, network.inputIds());
        Rotary rotary =
                Rope.of(config, 10_000, width.width()).emit(network.layers().at("rotary_emb"), places);
        Map<LayerType, Surroundings> surroundings =
                Surroundings.byType(types, type -> new Surroundings(width, Decoder.visibility(network, type), rotary));
        Value states = PreNormLayer.chain(
                        network,
                        layers.lookup(words.in(layers), network.inputIds()),
                        types.size(),
                        i -> layer(
                                base.under("layers." + i),
                                config,
                                Objects.requireNonNull(surroundings.get(types.get((int) i)))),
                        base.rmsNorm("norm", hidden, epsilon(config)))
                .output();
        Decoder.output(network, states, new Decoder.Vocabulary(words, config.flag("tie_word_embeddings", false)));
    }

    private PreNormLayer layer(Weights w, Settings config, Surroundings surroundings) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        SelfAttention attention = surroundings.attention(
                w.under("self_attn"),
                hidden,
                biases.projections,
                biases.output,
                turning(w, config, surroundings.rotary()));
        GatedFeedForward feedForward = new GatedFeedForward(
                List.of(
                        w.linear("mlp.gate_proj", hidden, inner, biases.feedForward),
                        w.linear("mlp.up_proj", hidden, inner, biases.feedForward)),
                config.activation("hidden_act", Activation.SILU),
                w.linear("mlp.down_proj", inner, hidden, biases.feedForward));
        return new PreNormLayer(
                w.path(),
                Branch.of(w.rmsNorm("input_layernorm", hidden, epsilon(config)), attention),
                Branch.of(w.rmsNorm("post_attention_layernorm", hidden, epsilon(config)), feedForward));
    }

    private Turning turning(Weights w, Settings config, Rotary rotary) {
        return switch (norms) {
            case WITHOUT -> Turning.by(rotary);
            case WITH ->
                new Turning(
                        rotary,
                        w.rmsNorm("self_attn.q_norm", width.width(), epsilon(config)),
                        w.rmsNorm("self_attn.k_norm", width.width(), epsilon(config)));
        };
    }

    private static double epsilon(Settings config) {
        return config.number("rms_norm_eps", 1e-6);
    }
}
