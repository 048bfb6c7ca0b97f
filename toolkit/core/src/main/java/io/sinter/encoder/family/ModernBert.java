package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Architecture;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.GatedFeedForward;
import io.sinter.encoder.Head;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.Norm;
import io.sinter.encoder.PreNormLayer;
import io.sinter.encoder.PreNormLayer.Branch;
import io.sinter.encoder.Rope;
import io.sinter.encoder.SelfAttention;
import io.sinter.encoder.SelfAttention.Turning;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.Weights.Bias;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * ModernBERT (Warner et al. 2024, arXiv:2412.13663): layers that see all places and layers that see
 * {@code local_attention / 2} on both sides, each with rotary positions of their own, and a gated feed-forward.
 */
public final class ModernBert implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("modernbert");
    }

    @Override
    public List<Head> heads() {
        return List.of(Head.NONE, Head.MASKED_LM, Head.CLASSIFICATION);
    }

    @Override
    public void emit(Network network) {
        Settings config = network.config();
        long hidden = config.size("hidden_size");
        Weights base = network.weights().base("model");
        Layers layers = network.layers().at("embeddings");
        Table words = Table.of(base, "embeddings.tok_embeddings", config.size("vocab_size"), hidden);
        Value x =
                layers.norm(layers.lookup(words.in(layers), network.inputIds()), norm(base, "embeddings.norm", config));
        long every = config.size("global_attn_every_n_layers", 3);
        List<LayerType> types = LayerType.all(
                config, config.size("num_hidden_layers"), i -> i % every == 0 ? LayerType.FULL : LayerType.SLIDING);
        Map<LayerType, Surroundings> surroundings = Surroundings.byType(types, type -> surroundings(network, type));
        Norm last = norm(base, "final_norm", config);
        Value states = PreNormLayer.chain(
                        network,
                        x,
                        types.size(),
                        i -> layer(
                                base.under("layers." + i),
                                config,
                                Objects.requireNonNull(surroundings.get(types.get((int) i))),
                                i == 0 ? null : norm(base, "layers." + i + ".attn_norm", config)),
                        last)
                .output();
        ModernBertHeads.emit(network, states, words);
    }

    private static Surroundings surroundings(Network network, LayerType type) {
        Settings config = network.config();
        Width width = BertLayers.width(config);
        Visibility all = Visibility.of(network.attentionMask());
        Layers layers = network.layers().at(type.key());
        Visibility visibility = switch (type) {
            case FULL -> all;
            case SLIDING ->
                all.where(network.attention().near(layers, network.inputIds(), config.size("local_attention") / 2));
        };
        Value places = network.attention().positions(layers, network.inputIds());
        return new Surroundings(
                width, visibility, rope(config, type, width.width()).emit(layers, places));
    }

    private static Rope rope(Settings config, LayerType type, long width) {
        return Rope.of(config, LayerType.rope(config, type), theta(config, type), width);
    }

    /** As transformers 4 has it; a {@code local_rope_theta} of null is the global one. */
    private static double theta(Settings config, LayerType type) {
        double global = config.number("global_rope_theta", 160_000);
        return switch (type) {
            case FULL -> global;
            case SLIDING ->
                config.raw("local_rope_theta").isNull() ? global : config.number("local_rope_theta", 10_000);
        };
    }

    private static PreNormLayer layer(Weights w, Settings config, Surroundings surroundings, @Nullable Norm before) {
        long hidden = config.size("hidden_size");
        long inner = config.size("intermediate_size");
        Bias attentionBias = Bias.of(config.flag("attention_bias", false));
        Bias feedForwardBias = Bias.of(config.flag("mlp_bias", false));
        SelfAttention attention = new SelfAttention(
                List.of(w.linear("attn.Wqkv", hidden, 3 * hidden, attentionBias)),
                w.linear("attn.Wo", hidden, hidden, attentionBias),
                surroundings.width(),
                surroundings.visibility(),
                Turning.by(surroundings.rotary()));
        GatedFeedForward feedForward = new GatedFeedForward(
                List.of(w.linear("mlp.Wi", hidden, 2 * inner, feedForwardBias)),
                config.activation("hidden_activation", Activation.GELU),
                w.linear("mlp.Wo", inner, hidden, feedForwardBias));
        return new PreNormLayer(
                w.path(), new Branch(before, attention, null), Branch.of(norm(w, "mlp_norm", config), feedForward));
    }

    /** Any norm of the model. */
    static Norm norm(Weights weights, String name, Settings config) {
        return weights.layerNorm(
                name,
                config.size("hidden_size"),
                config.number("norm_eps", 1e-5),
                Bias.of(config.flag("norm_bias", false)));
    }
}
