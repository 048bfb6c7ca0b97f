package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.Block;
import io.sinter.encoder.FeedForward;
import io.sinter.encoder.GatedFeedForward;
import io.sinter.encoder.Linear;
import io.sinter.encoder.Rope;
import io.sinter.encoder.Rope.Stretch;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.Weights.Bias;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What both kinds of NomicBERT configuration say.
 *
 * @param epsilon of the norms
 * @param attention whether attention's projections have biases
 */
record NomicBertSettings(Sizes sizes, double epsilon, Width width, Rope rope, Bias attention, Mlp mlp) {

    /** Activations of the original that gate. */
    private static final Map<String, Activation> GATES =
            Map.of("glu", Activation.SIGMOID, "swiglu", Activation.SILU, "geglu", Activation.GELU);

    /**
     * How large it is.
     *
     * @param types rows of the token types' table, 0 for none
     */
    record Sizes(long tokens, long hidden, long layers, long types) {}

    /** A feed-forward. */
    record Mlp(Kind kind, long inner, Activation activation, Bias first, Bias second) {

        /** Its projections. */
        enum Kind {
            /** fc2(fc11(x) · f(fc12(x))). */
            GATED,
            /** fc2(f(fc1(x))). */
            PLAIN
        }

        /** With the weights of a layer. */
        Block of(Weights w, long hidden) {
            Linear last = w.linear("fc2", inner, hidden, second);
            return switch (kind) {
                case PLAIN -> new FeedForward(w.linear("fc1", hidden, inner, first), activation, last);
                case GATED ->
                    new GatedFeedForward(
                            List.of(w.linear("fc12", hidden, inner, first), w.linear("fc11", hidden, inner, first)),
                            activation,
                            last);
            };
        }
    }

    /** The original's if it has GPT-2's keys. */
    static NomicBertSettings of(Settings config) {
        return config.has("n_embd") ? original(config) : transformers(config);
    }

    private static NomicBertSettings transformers(Settings config) {
        long hidden = config.size("hidden_size");
        Width width = Decoder.width(config, config.size("num_attention_heads"));
        Activation activation = config.activation("hidden_act", Activation.SILU);
        return new NomicBertSettings(
                new Sizes(
                        config.size("vocab_size"),
                        hidden,
                        config.size("num_hidden_layers"),
                        config.size("type_vocab_size", 2)),
                config.number("layer_norm_eps", 1e-12),
                width,
                Rope.of(config, 1000, width.width()),
                Bias.WITHOUT,
                new Mlp(Mlp.Kind.GATED, config.size("intermediate_size"), activation, Bias.WITHOUT, Bias.WITHOUT));
    }

    /** The configuration of nomic-ai's own code. */
    private static NomicBertSettings original(Settings config) {
        requireImplemented(config);
        long hidden = config.size("n_embd");
        long heads = config.size("n_head");
        if (hidden % heads != 0) {
            throw config.contradiction("n_embd %d is no multiple of n_head %d".formatted(hidden, heads));
        }
        Width width = Width.of(heads, hidden / heads);
        return new NomicBertSettings(
                new Sizes(
                        config.size("vocab_size"), hidden, config.size("n_layer"), config.index("type_vocab_size", 0)),
                config.number("layer_norm_epsilon"),
                width,
                originalRope(config, width.width()),
                Bias.of(config.flag("qkv_proj_bias", true)),
                originalMlp(config));
    }

    private static Rope originalRope(Settings config, long width) {
        Rope plain = Rope.of(config.number("rotary_emb_base"), width);
        return config.has("rotary_scaling_factor")
                ? plain.within(
                        new Stretch(config.number("rotary_scaling_factor"), config.size("max_trained_positions")))
                : plain;
    }

    private static Mlp originalMlp(Settings config) {
        String name = config.text("activation_function", "gelu");
        Mlp.Kind kind = GATES.containsKey(name) ? Mlp.Kind.GATED : Mlp.Kind.PLAIN;
        Activation activation = kind == Mlp.Kind.GATED
                ? Objects.requireNonNull(GATES.get(name))
                : config.activation("activation_function", Activation.GELU);
        Bias first = Bias.of(config.flag("mlp_fc1_bias", true));
        return new Mlp(kind, config.size("n_inner"), activation, first, Bias.of(config.flag("mlp_fc2_bias", true)));
    }

    private static void requireImplemented(Settings config) {
        for (String key : List.of("prenorm", "causal", "parallel_block", "use_rms_norm", "rotary_emb_interleaved")) {
            config.require(key, "false");
        }
        config.require("rotary_emb_fraction", "1", "1.0");
        config.require("rotary_emb_scale_base");
        config.require("num_experts", "0");
        config.require("scale_attn_weights", "true");
    }
}
