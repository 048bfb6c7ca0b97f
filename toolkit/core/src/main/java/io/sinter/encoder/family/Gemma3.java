package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Architecture;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.GatedFeedForward;
import io.sinter.encoder.Head;
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
 * Gemma 3's text model (Gemma team 2025, arXiv:2503.19786), and EmbeddingGemma: norms before and after attention and
 * feed-forward that scale by 1 + weight, words scaled by the root of the width, and layers that see all places or
 * {@code sliding_window} of them, with rotary positions of their own.
 */
public final class Gemma3 implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("gemma3_text");
    }

    @Override
    public List<Head> heads() {
        return Decoder.HEADS;
    }

    @Override
    public void emit(Network network) {
        Settings config = network.config();
        if (config.has("attn_logit_softcapping")) {
            throw config.unsupported("attn_logit_softcapping", "null");
        }
        long hidden = config.size("hidden_size");
        Weights base = network.weights().base("model");
        Layers layers = network.layers().at("embed_tokens");
        Table words = Table.of(base, "embed_tokens", config.size("vocab_size"), hidden);
        Value rows = layers.lookup(words.in(layers), network.inputIds());
        List<LayerType> types = layerTypes(config);
        Map<LayerType, Surroundings> surroundings = surroundings(network, types);
        Value states = PreNormLayer.chain(
                        network,
                        layers.ops().mul(rows, layers.scalar(Math.sqrt((double) hidden))),
                        types.size(),
                        i -> layer(
                                base.under("layers." + i),
                                config,
                                Objects.requireNonNull(surroundings.get(types.get((int) i)))),
                        base.rmsNormFromOne("norm", hidden, config.number("rms_norm_eps", 1e-6)))
                .output();
        Decoder.output(network, states, new Decoder.Vocabulary(words, config.flag("tie_word_embeddings", true)));
    }

    /** Every sixth layer sees all, or as {@code sliding_window_pattern} says, unless they are listed. */
    private static List<LayerType> layerTypes(Settings config) {
        long every = config.size("sliding_window_pattern", 6);
        return LayerType.all(
                config,
                config.size("num_hidden_layers"),
                i -> (i + 1) % every == 0 ? LayerType.FULL : LayerType.SLIDING);
    }

    private static Map<LayerType, Surroundings> surroundings(Network network, List<LayerType> types) {
        Settings config = network.config();
        long headWidth = config.size("head_dim");
        Width shape = Decoder.width(config, Decoder.keyHeads(config), headWidth);
        Width width = new Width(
                shape.heads(), shape.keyHeads(), headWidth, Math.pow(config.number("query_pre_attn_scalar"), -0.5));
        return Surroundings.byType(types, type -> {
            Layers layers = network.layers().at(type.key());
            Value places = network.attention().positions(layers, network.inputIds());
            Rotary rotary = rope(config, type, headWidth).emit(layers, places);
            return new Surroundings(width, visibility(network, type), rotary);
        });
    }

    /** Embedding models see both ways; their window reaches half as far on either side. */
    private static Visibility visibility(Network network, LayerType type) {
        Settings config = network.config();
        if (!config.flag("use_bidirectional_attention", false)) {
            return Decoder.visibility(network, type);
        }
        Visibility all = Visibility.of(network.attentionMask());
        return switch (type) {
            case FULL -> all;
            case SLIDING ->
                all.where(network.attention()
                        .near(network.layers().at(type.key()), network.inputIds(), config.size("sliding_window") / 2));
        };
    }

    private static Rope rope(Settings config, LayerType type, long width) {
        return switch (type) {
            case FULL -> Rope.of(config, LayerType.rope(config, type), config.number("rope_theta", 1_000_000), width);
            case SLIDING -> {
                Settings own = config.sectionOrEmpty("rope_parameters").sectionOrEmpty(type.key());
                yield Rope.of(config, own, config.number("rope_local_base_freq", 10_000), width);
            }
        };
    }

    private static PreNormLayer layer(Weights w, Settings config, Surroundings surroundings) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        double epsilon = config.number("rms_norm_eps", 1e-6);
        GatedFeedForward feedForward = new GatedFeedForward(
                List.of(
                        w.linear("mlp.gate_proj", hidden, inner, Bias.WITHOUT),
                        w.linear("mlp.up_proj", hidden, inner, Bias.WITHOUT)),
                config.activation("hidden_activation", Activation.GELU_TANH),
                w.linear("mlp.down_proj", inner, hidden, Bias.WITHOUT));
        return new PreNormLayer(
                w.path(),
                new Branch(
                        w.rmsNormFromOne("input_layernorm", hidden, epsilon),
                        attention(w.under("self_attn"), config, surroundings, epsilon),
                        w.rmsNormFromOne("post_attention_layernorm", hidden, epsilon)),
                new Branch(
                        w.rmsNormFromOne("pre_feedforward_layernorm", hidden, epsilon),
                        feedForward,
                        w.rmsNormFromOne("post_feedforward_layernorm", hidden, epsilon)));
    }

    private static SelfAttention attention(Weights w, Settings config, Surroundings surroundings, double epsilon) {
        long width = surroundings.width().width();
        Bias bias = Bias.of(config.flag("attention_bias", false));
        Turning turning = new Turning(
                surroundings.rotary(),
                w.rmsNormFromOne("q_norm", width, epsilon),
                w.rmsNormFromOne("k_norm", width, epsilon));
        return surroundings.attention(w, config.size("hidden_size"), bias, bias, turning);
    }
}
