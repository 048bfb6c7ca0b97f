package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Architecture;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.encoder.Head;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.Weights.Bias;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Objects;

/**
 * SigLIP (Zhai et al. 2023, arXiv:2303.15343), both towers or one. Texts are padded to the full length and attended to
 * whole: there is no {@code attention_mask}.
 */
public final class Siglip implements Architecture, TwoTowers {

    private static final TowerLayers BASE = new TowerLayers(768, 3072, 12, 12, Activation.GELU_TANH, 1e-6);

    @Override
    public List<String> modelTypes() {
        return List.of("siglip", "siglip_text_model", "siglip_vision_model");
    }

    @Override
    public List<Head> heads() {
        return List.of(Head.NONE, Head.CLASSIFICATION);
    }

    @Override
    public List<Tower> towers() {
        return List.of(Tower.values());
    }

    @Override
    public void emit(Network network) {
        switch (network.config().text("model_type", "")) {
            case "siglip_text_model" -> TwoTowers.output(network, texts(TwoTowers.alone(network, Tower.TEXT)));
            case "siglip_vision_model" -> TwoTowers.output(network, pictures(TwoTowers.alone(network, Tower.IMAGE)));
            default -> TwoTowers.emit(network, this, 0);
        }
    }

    /** The last place's state, projected. */
    @Override
    public Encoded texts(Network tower) {
        Settings config = tower.config();
        TowerLayers sizes = BASE.in(config);
        Weights w = tower.weights();
        TokenEmbeddings embeddings = TokenEmbeddings.of(
                w.under("embeddings"),
                config.size("vocab_size", 32000),
                config.size("max_position_embeddings", 64),
                sizes.hidden());
        Value states = sizes.emit(
                        tower,
                        w,
                        (layers, norm) -> embeddings.emit(tower, layers, Objects.requireNonNull(norm)),
                        Visibility.ALL,
                        sizes.norm(w, "final_layer_norm"))
                .output();
        Layers layers = tower.layers();
        long width = config.size("projection_size", sizes.hidden());
        Value last = layers.ops().gather(states, layers.index(-1), 1);
        return new Encoded(states, layers.linear(last, w.linear("head", sizes.hidden(), width)), width);
    }

    @Override
    public Encoded pictures(Network tower) {
        Settings config = tower.config();
        TowerLayers sizes = BASE.in(config);
        Weights w = tower.weights();
        PatchEmbeddings embeddings = patches(Pictures.of(config, 224, 16), w.under("embeddings"), sizes.hidden());
        Value states = sizes.emit(
                        tower,
                        w,
                        (layers, norm) -> embeddings.emit(tower, layers, Objects.requireNonNull(norm)),
                        Visibility.ALL,
                        sizes.norm(w, "post_layernorm"))
                .output();
        Value pooled = config.flag("vision_use_head", true)
                ? AttentionPooling.emit(tower, w.under("head"), sizes, states)
                : null;
        return new Encoded(states, pooled, sizes.hidden());
    }

    @Override
    public Value textVector(Network network, Encoded text) {
        return Objects.requireNonNull(text.pooled());
    }

    @Override
    public Value pictureVector(Network network, Encoded picture) {
        if (picture.pooled() == null) {
            throw network.config().section("vision_config").unsupported("vision_use_head", "true");
        }
        return picture.pooled();
    }

    @Override
    public Value scores(Network network, Value products) {
        Weights w = network.weights();
        Layers layers = network.layers();
        double scale = Math.exp(w.tensor("logit_scale", 1).toFloatArray()[0]);
        double shift = w.zeros("logit_bias", 1).toFloatArray()[0];
        return layers.ops().add(layers.ops().mul(products, layers.scalar(scale)), layers.scalar(shift));
    }

    private static PatchEmbeddings patches(Pictures pictures, Weights w, long hidden) {
        return new PatchEmbeddings(
                pictures,
                PatchEmbeddings.projection(w.under("patch_embedding"), pictures, hidden, Bias.WITH),
                List.of(),
                w.tensor("position_embedding.weight", pictures.count(), hidden));
    }
}
