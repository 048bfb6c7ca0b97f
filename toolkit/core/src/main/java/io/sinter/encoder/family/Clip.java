package io.sinter.encoder.family;

import io.sinter.encoder.Activation;
import io.sinter.encoder.Architecture;
import io.sinter.encoder.Attention.Visibility;
import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.encoder.Head;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Network;
import io.sinter.encoder.PreNormLayer.Start;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.encoder.Weights.Bias;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.MicrosoftOps.Residual;
import io.sinter.onnx.op.Ops;
import io.sinter.pooling.Pooling;
import io.sinter.pooling.PoolingGraph;
import java.util.List;
import java.util.Objects;

/** CLIP (Radford et al. 2021, arXiv:2103.00020), both towers or one. */
public final class Clip implements Architecture, TwoTowers {

    private static final TowerLayers TEXT = new TowerLayers(512, 2048, 12, 8, Activation.QUICK_GELU, 1e-5);
    private static final TowerLayers VISION = new TowerLayers(768, 3072, 12, 12, Activation.QUICK_GELU, 1e-5);

    /** What configurations hold that were written before it meant anything: a text then ends at its largest id. */
    private static final long END_UNKNOWN = 2;

    @Override
    public List<String> modelTypes() {
        return List.of("clip", "clip_text_model", "clip_vision_model");
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
            case "clip_text_model" -> {
                Encoded text = texts(TwoTowers.alone(network, Tower.TEXT));
                if (projects(network, "text_projection")) {
                    network.output("text_embeds", textVector(network, text));
                    network.output("last_hidden_state", text.states());
                } else {
                    TwoTowers.output(network, text);
                }
            }
            case "clip_vision_model" -> {
                Encoded picture = pictures(TwoTowers.alone(network, Tower.IMAGE));
                if (projects(network, "visual_projection")) {
                    network.output("image_embeds", pictureVector(network, picture));
                    network.output("last_hidden_state", picture.states());
                } else {
                    TwoTowers.output(network, picture);
                }
            }
            default -> TwoTowers.emit(network, this, 1);
        }
    }

    @Override
    public Encoded texts(Network tower) {
        Settings config = tower.config();
        TowerLayers sizes = TEXT.in(config);
        Weights w = tower.weights();
        TokenEmbeddings embeddings = TokenEmbeddings.of(
                w.under("embeddings"),
                config.size("vocab_size", 49408),
                config.size("max_position_embeddings", 77),
                sizes.hidden());
        Value states = sizes.emit(
                        tower,
                        w,
                        (layers, norm) -> embeddings.emit(tower, layers, Objects.requireNonNull(norm)),
                        Visibility.causal(tower.attentionMask()),
                        sizes.norm(w, "final_layer_norm"))
                .output();
        Value ends = ends(tower, config.index("eos_token_id", 49407));
        return new Encoded(states, PoolingGraph.pool(tower.ops(), states, ends, Pooling.CLS), sizes.hidden());
    }

    @Override
    public Encoded pictures(Network tower) {
        Settings config = tower.config();
        TowerLayers sizes = VISION.in(config);
        Weights w = tower.weights();
        PatchEmbeddings embeddings = patches(Pictures.of(config, 224, 32), w.under("embeddings"), sizes.hidden());
        Layers layers = tower.layers();
        Residual embedded = embeddings.emit(tower, layers.at("embeddings"), sizes.norm(w, "pre_layrnorm"));
        Residual last =
                sizes.emit(tower, w, Start.from(embedded.output()), Visibility.ALL, sizes.norm(w, "post_layernorm"));
        return new Encoded(last.sum(), BertLayers.first(layers, last.output()), sizes.hidden());
    }

    @Override
    public Value textVector(Network network, Encoded text) {
        return projected(network, "text_projection", text);
    }

    @Override
    public Value pictureVector(Network network, Encoded picture) {
        return projected(network, "visual_projection", picture);
    }

    @Override
    public Value scores(Network network, Value products) {
        double scale = Math.exp(network.weights().tensor("logit_scale").toFloatArray()[0]);
        return network.ops().mul(products, network.layers().scalar(scale));
    }

    private static Value projected(Network network, String name, Encoded encoded) {
        long width = network.config().size("projection_dim", 512);
        return network.layers()
                .linear(
                        Objects.requireNonNull(encoded.pooled()),
                        network.weights().linear(name, encoded.width(), width, Bias.WITHOUT));
    }

    /** Whether a model of one tower has the projection; its class says so. */
    private static boolean projects(Network network, String projection) {
        List<String> classes = network.config().texts("architectures");
        return classes.isEmpty()
                ? network.weights().has(projection + ".weight")
                : classes.getFirst().endsWith("WithProjection");
    }

    /** BOOL {@code [B, S]}: where a text ends; the first counts, and the first token where none is. */
    private static Value ends(Network tower, long end) {
        Ops ops = tower.ops();
        Value ids = tower.inputIds();
        return end == END_UNKNOWN
                ? ops.equal(ids, ops.reduceMax(ids, List.of(1L), KeepDims.KEEP))
                : ops.equal(ids, tower.layers().index(end));
    }

    private static PatchEmbeddings patches(Pictures pictures, Weights w, long hidden) {
        return new PatchEmbeddings(
                pictures,
                PatchEmbeddings.projection(w.under("patch_embedding"), pictures, hidden, Bias.WITHOUT),
                List.of(w.tensor("class_embedding", hidden)),
                w.tensor("position_embedding.weight", pictures.count() + 1, hidden));
    }
}
