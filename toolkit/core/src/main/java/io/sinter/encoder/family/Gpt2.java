package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Architecture;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.FeedForward;
import io.sinter.encoder.Head;
import io.sinter.encoder.Network;
import io.sinter.encoder.Norm;
import io.sinter.encoder.PreNormLayer;
import io.sinter.encoder.PreNormLayer.Branch;
import io.sinter.encoder.SelfAttention;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Objects;

/** GPT-2 (Radford et al. 2019). */
public final class Gpt2 implements Architecture {

    @Override
    public List<String> modelTypes() {
        return List.of("gpt2");
    }

    @Override
    public List<Head> heads() {
        return Decoder.HEADS;
    }

    @Override
    public void emit(Network network) {
        Settings config = network.config();
        config.require("add_cross_attention", "false");
        Sizes sizes = Sizes.of(config);
        Weights base = network.weights().base("transformer");
        Table words = Table.of(base, "wte", config.size("vocab_size"), sizes.hidden);
        long places = config.sizeOfAny("n_positions", "max_position_embeddings");
        TokenEmbeddings embeddings = new TokenEmbeddings(words, Table.of(base, "wpe", places, sizes.hidden));
        Visibility visibility = Decoder.visibility(network, LayerType.FULL);
        Norm last = base.layerNorm("ln_f", sizes.hidden, sizes.epsilon);
        Value states = PreNormLayer.chain(
                        network,
                        (layers, norm) -> embeddings.emit(network, layers, Objects.requireNonNull(norm)),
                        config.sizeOfAny("n_layer", "num_hidden_layers"),
                        i -> layer(base.under("h." + i), sizes, i, visibility, config),
                        last)
                .output();
        Decoder.output(network, states, new Decoder.Vocabulary(words, config.flag("tie_word_embeddings", true)));
    }

    private static PreNormLayer layer(Weights w, Sizes sizes, long number, Visibility visibility, Settings config) {
        long hidden = sizes.hidden;
        long width = hidden / sizes.heads;
        double scale = (config.flag("scale_attn_weights", true) ? 1 / Math.sqrt((double) width) : 1)
                / (config.flag("scale_attn_by_inverse_layer_idx", false) ? number + 1 : 1);
        SelfAttention attention = new SelfAttention(
                List.of(w.conv1d("attn.c_attn", hidden, 3 * hidden)),
                w.conv1d("attn.c_proj", hidden, hidden),
                new Width(sizes.heads, sizes.heads, width, scale),
                visibility,
                null);
        FeedForward feedForward = new FeedForward(
                w.conv1d("mlp.c_fc", hidden, sizes.inner),
                config.activation("activation_function", Activation.GELU_TANH),
                w.conv1d("mlp.c_proj", sizes.inner, hidden));
        return new PreNormLayer(
                w.path(),
                Branch.of(w.layerNorm("ln_1", hidden, sizes.epsilon), attention),
                Branch.of(w.layerNorm("ln_2", hidden, sizes.epsilon), feedForward));
    }

    private record Sizes(long hidden, long heads, long inner, double epsilon) {

        static Sizes of(Settings config) {
            long hidden = config.sizeOfAny("n_embd", "hidden_size");
            long heads = config.sizeOfAny("n_head", "num_attention_heads");
            if (hidden % heads != 0) {
                throw config.contradiction("n_embd %d is no multiple of n_head %d".formatted(hidden, heads));
            }
            return new Sizes(
                    hidden, heads, config.size("n_inner", 4 * hidden), config.number("layer_norm_epsilon", 1e-5));
        }
    }
}
