package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.Attention.Width;
import io.sinter.encoder.FeedForward;
import io.sinter.encoder.Network;
import io.sinter.encoder.Norm;
import io.sinter.encoder.PreNormLayer;
import io.sinter.encoder.PreNormLayer.Branch;
import io.sinter.encoder.PreNormLayer.Start;
import io.sinter.encoder.SelfAttention;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.onnx.op.MicrosoftOps.Residual;
import java.util.List;

/**
 * The layers of both towers of CLIP and SigLIP, and their checkpoint names.
 *
 * @param hidden width
 * @param inner width of the feed-forward
 * @param count of layers
 * @param heads of each
 * @param activation of the feed-forward
 * @param epsilon of the norms
 */
record TowerLayers(long hidden, long inner, long count, long heads, Activation activation, double epsilon) {

    /** What a configuration says; configurations within another leave out what is transformers' default. */
    TowerLayers in(Settings config) {
        TowerLayers found = new TowerLayers(
                config.size("hidden_size", hidden),
                config.size("intermediate_size", inner),
                config.size("num_hidden_layers", count),
                config.size("num_attention_heads", heads),
                config.activation("hidden_act", activation),
                config.number("layer_norm_eps", epsilon));
        if (found.hidden % found.heads != 0) {
            throw config.contradiction(
                    "hidden_size %d is no multiple of num_attention_heads %d".formatted(found.hidden, found.heads));
        }
        return found;
    }

    /** The width of the attention. */
    Width width() {
        return Width.of(heads, hidden / heads);
    }

    /** A norm of the whole width. */
    Norm norm(Weights weights, String name) {
        return weights.layerNorm(name, hidden, epsilon);
    }

    /** Emits the layers under {@code encoder.layers}, and a norm after them. */
    Residual emit(Network network, Weights weights, Start start, Visibility visibility, Norm last) {
        return PreNormLayer.chain(
                network, start, count, i -> layer(weights.under("encoder.layers." + i), visibility), last);
    }

    /** The two projections with a function between them, under {@code mlp}. */
    FeedForward feedForward(Weights w) {
        return new FeedForward(w.linear("fc1", hidden, inner), activation, w.linear("fc2", inner, hidden));
    }

    private PreNormLayer layer(Weights w, Visibility visibility) {
        SelfAttention attention = new SelfAttention(
                List.of(
                        w.linear("self_attn.q_proj", hidden, hidden),
                        w.linear("self_attn.k_proj", hidden, hidden),
                        w.linear("self_attn.v_proj", hidden, hidden)),
                w.linear("self_attn.out_proj", hidden, hidden),
                width(),
                visibility,
                null);
        return new PreNormLayer(
                w.path(),
                Branch.of(norm(w, "layer_norm1"), attention),
                Branch.of(norm(w, "layer_norm2"), feedForward(w.under("mlp"))));
    }
}
