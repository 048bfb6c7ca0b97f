package io.sinter.encoder.family;

import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.encoder.Head;
import io.sinter.encoder.Layers;
import io.sinter.encoder.Linear;
import io.sinter.encoder.Network;
import io.sinter.encoder.Settings;
import io.sinter.encoder.Weights;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.PoolingGraph;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model of texts and pictures, which scores each text against each picture. Numbers of texts and of pictures are
 * independent.
 */
interface TwoTowers {

    /**
     * What a tower computes.
     *
     * @param states {@code [B, S, h]}
     * @param pooled {@code [B, width]}, or null where nothing pools them
     * @param width of the pooled states
     */
    record Encoded(Value states, @Nullable Value pooled, long width) {}

    /** Emits the tower for texts. */
    Encoded texts(Network tower);

    /** Emits the tower for pictures. */
    Encoded pictures(Network tower);

    /** Emits the vectors of texts that are compared with those of pictures, of any length. */
    Value textVector(Network network, Encoded text);

    /** Emits the vectors of pictures that are compared with those of texts, of any length. */
    Value pictureVector(Network network, Encoded picture);

    /** Emits the scores, of the products of vectors of length 1. */
    Value scores(Network network, Value products);

    /**
     * Emits what head and options ask for: both towers and the scores between them, one tower, or a classifier of
     * pictures.
     *
     * @param specials rows before those of the patches, which a classifier leaves out
     */
    static void emit(Network network, TwoTowers model, long specials) {
        if (network.head() == Head.CLASSIFICATION) {
            emitClasses(network, model, specials);
            return;
        }
        switch (network.tower()) {
            case BOTH -> emitBoth(network, model);
            case TEXT -> {
                Encoded text = model.texts(texts(network, "batch"));
                Value vectors = model.textVector(network, text);
                network.output("text_embeds", unit(network, vectors));
                output(network, text.states, vectors, "");
            }
            case IMAGE -> {
                Encoded picture = model.pictures(pictures(network, "batch"));
                Value vectors = model.pictureVector(network, picture);
                network.output("image_embeds", unit(network, vectors));
                output(network, picture.states, vectors, "");
            }
        }
    }

    private static void emitBoth(Network network, TwoTowers model) {
        Encoded text = model.texts(texts(network, "text_batch"));
        Encoded picture = model.pictures(pictures(network, "image_batch"));
        Value textVectors = model.textVector(network, text);
        Value pictureVectors = model.pictureVector(network, picture);
        if (!width(textVectors).equals(width(pictureVectors))) {
            throw network.config()
                    .contradiction("vectors of texts have %s numbers, those of pictures %s"
                            .formatted(width(textVectors), width(pictureVectors)));
        }
        Ops ops = network.ops();
        Value textUnits = unit(network, textVectors);
        Value pictureUnits = unit(network, pictureVectors);
        Value scores = model.scores(network, ops.matMul(textUnits, ops.transpose(pictureUnits, 1, 0)));
        network.output("logits_per_image", ops.transpose(scores, 1, 0));
        network.output("logits_per_text", scores);
        network.output("text_embeds", textUnits);
        network.output("image_embeds", pictureUnits);
        output(network, text.states, textVectors, "text_model_output.");
        output(network, picture.states, pictureVectors, "vision_model_output.");
    }

    /** {@code logits} of the mean of the patches' states. */
    private static void emitClasses(Network network, TwoTowers model, long specials) {
        if (network.tower() == Tower.TEXT) {
            throw network.config().unsupported("architectures", "a model whose head is on the tower for texts");
        }
        Encoded picture = model.pictures(pictures(network, "batch"));
        Layers layers = network.layers();
        Value patches = specials == 0 ? picture.states : layers.placesFrom(picture.states, specials);
        Value mean = layers.ops().reduceMean(patches, List.of(1L), KeepDims.DROP);
        Linear classifier = network.weights().linear("classifier", picture.width, Classes.count(network.config()));
        network.output("logits", layers.linear(mean, classifier));
        network.output("last_hidden_state", picture.states);
    }

    private static Network texts(Network network, String batch) {
        return network.part(
                section(network.config(), "text_config"), network.weights().under("text_model"), batch);
    }

    private static Network pictures(Network network, String batch) {
        return network.part(
                section(network.config(), "vision_config"), network.weights().under("vision_model"), batch);
    }

    /**
     * A model of one tower: its weights' names start with the tower's, or not; in a new model they do where a projection
     * stands beside it.
     *
     * @throws io.sinter.error.UnsupportedException if the options ask for the other tower
     */
    static Network alone(Network network, Tower tower) {
        if (network.head() != Head.NONE) {
            throw network.config().unsupported("model_type", "clip or siglip for a head of classes");
        }
        if (network.tower() != Tower.BOTH && network.tower() != tower) {
            throw network.config()
                    .unsupported(
                            "model_type",
                            "a model with a tower for " + network.tower().label());
        }
        String name = tower == Tower.TEXT ? "text_model" : "vision_model";
        Weights weights = network.weights();
        boolean projected =
                network.config().texts("architectures").stream().anyMatch(a -> a.endsWith("WithProjection"));
        boolean bare =
                !weights.source().hasPrefix(name + ".") && (weights.source().hasPrefix("encoder.") || !projected);
        return network.part(network.config(), bare ? weights : weights.under(name), "batch");
    }

    /** Names the outputs of a model of one tower. */
    static void output(Network network, Encoded encoded) {
        network.output("last_hidden_state", encoded.states);
        if (encoded.pooled != null) {
            network.output("pooler_output", encoded.pooled);
        }
    }

    /** In models of both towers, transformers 5 calls the projected vectors the pooled ones. */
    private static void output(Network network, Value states, Value vectors, String prefix) {
        network.output(prefix + "last_hidden_state", states);
        network.output(prefix + "pooler_output", vectors);
    }

    private static Dim width(Value vectors) {
        return Objects.requireNonNull(Objects.requireNonNull(vectors.type()).shape())
                .dim(-1);
    }

    private static Value unit(Network network, Value vectors) {
        return PoolingGraph.normalize(network.ops(), vectors, Normalization.UNIT_LENGTH);
    }

    /** Old configurations have {@code text_config_dict}, which holds instead of {@code text_config}. */
    private static Settings section(Settings config, String key) {
        String old = key + "_dict";
        return config.has(old) ? config.section(old) : config.sectionOrEmpty(key);
    }
}
