package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Architecture;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.Block;
import io.sinter.encoder.FeedForward;
import io.sinter.encoder.GatedFeedForward;
import io.sinter.encoder.Head;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Linear;
import io.sinter.encoder.Network;
import io.sinter.encoder.PreNormLayer;
import io.sinter.encoder.PreNormLayer.Branch;
import io.sinter.encoder.RelativeBias;
import io.sinter.encoder.RelativeBias.Buckets;
import io.sinter.encoder.SelfAttention;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.Weights.Bias;
import io.sinter.onnx.ir.Value;
import java.util.List;

/**
 * The encoder of T5 (Raffel et al. 2019, arXiv:1910.10683), mT5 and UMT5: root-mean-square norms, no shifts, scores that
 * are not scaled and depend on distances. UMT5 learns those scores in every layer, the others in the first for all.
 */
public final class T5 implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("t5", "mt5", "umt5");
    }

    @Override
    public List<Head> heads() {
        return List.of(Head.NONE);
    }

    @Override
    public void emit(Network network) {
        Settings config = network.config();
        Sizes sizes = Sizes.of(config);
        Weights encoder = network.weights().under("encoder");
        Layers layers = network.layers().at("encoder");
        Value x = layers.lookup(table(network, layers, sizes.width), network.inputIds());
        RelativeBias distances = RelativeBias.of(network, layers, sizes.buckets);
        Visibility all = Visibility.of(network.attentionMask());
        boolean everyLayer = config.text("model_type", "").equals("umt5");
        Visibility first = all.withBias(bias(layers, distances, encoder.under("block.0"), sizes));
        Value states = PreNormLayer.chain(
                        network,
                        x,
                        config.sizeOfAny("num_layers", "num_hidden_layers"),
                        i -> {
                            Weights block = encoder.under("block." + i);
                            return layer(
                                    block,
                                    config,
                                    sizes,
                                    everyLayer && i > 0 ? all.withBias(bias(layers, distances, block, sizes)) : first);
                        },
                        encoder.rmsNorm("final_layer_norm", sizes.width, sizes.epsilon))
                .output();
        network.output("last_hidden_state", states);
    }

    /** {@code shared.weight}, unless the encoder has a table of its own. */
    private static Value table(Network network, Layers layers, long width) {
        Weights weights = network.weights();
        String own = "encoder.embed_tokens.weight";
        String shared = "shared.weight";
        boolean apart =
                weights.has(own) && (!weights.has(shared) || weights.source().differ(own, shared));
        String name = apart ? own : shared;
        long tokens = network.config().size("vocab_size");
        return layers.weight(name, weights.tensor(name, tokens, width));
    }

    private static Value bias(Layers layers, RelativeBias distances, Weights block, Sizes sizes) {
        String name = "layer.0.SelfAttention.relative_attention_bias.weight";
        return distances.scores(layers, block.name(name), block.tensor(name, sizes.buckets.count(), sizes.heads));
    }

    private static PreNormLayer layer(Weights w, Settings config, Sizes sizes, Visibility visibility) {
        Weights attention = w.under("layer.0.SelfAttention");
        long all = sizes.heads * sizes.headWidth;
        SelfAttention block = new SelfAttention(
                List.of(
                        attention.linear("q", sizes.width, all, Bias.WITHOUT),
                        attention.linear("k", sizes.width, all, Bias.WITHOUT),
                        attention.linear("v", sizes.width, all, Bias.WITHOUT)),
                attention.linear("o", all, sizes.width, Bias.WITHOUT),
                new Width(sizes.heads, sizes.heads, sizes.headWidth, 1),
                visibility,
                null);
        return new PreNormLayer(
                w.path(),
                Branch.of(w.rmsNorm("layer.0.layer_norm", sizes.width, sizes.epsilon), block),
                Branch.of(
                        w.rmsNorm("layer.1.layer_norm", sizes.width, sizes.epsilon),
                        feedForward(w.under("layer.1.DenseReluDense"), config, sizes)));
    }

    /** {@code feed_forward_proj} is an activation, or {@code gated-} and one; T5's gated GELU is the approximation. */
    private static Block feedForward(Weights w, Settings config, Sizes sizes) {
        String projection =
                config.text("feed_forward_proj", config.text("model_type", "").equals("t5") ? "relu" : "gated-gelu");
        boolean gated = projection.startsWith("gated-");
        String name = gated ? projection.substring("gated-".length()) : projection;
        Activation activation = projection.equals("gated-gelu")
                ? Activation.GELU_TANH
                : Activation.named(name)
                        .orElseThrow(() -> config.unsupported(
                                "feed_forward_proj",
                                "gated- and one of these, or one of these: " + String.join(", ", Activation.names())));
        Activation used = config.activation("dense_act_fn", activation);
        Linear output = w.linear("wo", sizes.inner, sizes.width, Bias.WITHOUT);
        return config.flag("is_gated_act", gated)
                ? new GatedFeedForward(
                        List.of(
                                w.linear("wi_0", sizes.width, sizes.inner, Bias.WITHOUT),
                                w.linear("wi_1", sizes.width, sizes.inner, Bias.WITHOUT)),
                        used,
                        output)
                : new FeedForward(w.linear("wi", sizes.width, sizes.inner, Bias.WITHOUT), used, output);
    }

    private record Sizes(long width, long heads, long headWidth, long inner, double epsilon, Buckets buckets) {

        static Sizes of(Settings config) {
            Buckets buckets = new Buckets(
                    config.size("relative_attention_num_buckets", 32),
                    config.size("relative_attention_max_distance", 128));
            if (!buckets.valid()) {
                throw config.contradiction(
                        "relative_attention_num_buckets %d and relative_attention_max_distance %d: expected 4 buckets or more, and a distance above a quarter of them"
                                .formatted(buckets.count(), buckets.distance()));
            }
            return new Sizes(
                    config.sizeOfAny("d_model", "hidden_size"),
                    config.sizeOfAny("num_heads", "num_attention_heads"),
                    config.sizeOfAny("d_kv", "head_dim"),
                    config.size("d_ff"),
                    config.number("layer_norm_epsilon", 1e-6),
                    buckets);
        }
    }
}
