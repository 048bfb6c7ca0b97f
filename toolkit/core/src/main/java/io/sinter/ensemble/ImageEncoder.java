package io.sinter.ensemble;

import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.encoder.ImageInput;
import io.sinter.encoder.SentenceHead;
import io.sinter.error.MissingException;
import io.sinter.error.RecipeException;
import io.sinter.error.UnsupportedException;
import io.sinter.image.ImageProcessor;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.Pipeline;
import io.sinter.pooling.Pooling;
import io.sinter.pooling.PoolingGraph;
import io.sinter.recipe.ModelEntry;
import io.sinter.source.CheckpointSource;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import io.sinter.source.TensorSource;
import io.sinter.source.WordVectorsSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A model as an encoder of pictures: its graph, which reads {@code pixel_values} and has one output {@code [P, d]}.
 *
 * <p>That is, in this order: the tokens pooled as the recipe says ({@code cls} is the class token); {@code image_embeds},
 * {@code sentence_embedding} or {@code pooler_output}, the first that there is.
 *
 * @param entry of the recipe
 * @param source where it is
 */
record ImageEncoder(ModelEntry entry, ModelSource source) {

    private static final List<String> VECTORS = List.of("image_embeds", SentenceHead.OUTPUT, "pooler_output");
    private static final Set<String> OF_PICTURES =
            Set.of("vit", "deit", "dinov2", "dinov2_with_registers", "clip_vision_model", "siglip_vision_model");
    private static final Set<String> OF_BOTH = Set.of("clip", "siglip");

    /**
     * Whether a model of a recipe is meant to read pictures.
     *
     * @throws RecipeException if it reads texts and pictures, and the recipe does not say which is meant
     */
    static boolean isMeant(ModelEntry entry, ModelSource source) {
        Set<String> inputs = source instanceof GraphSource graph && hasProcessor(source)
                ? Set.copyOf(graph.readModel().graph().inputs().stream()
                        .map(Value::name)
                        .toList())
                : Set.of();
        String type = source instanceof CheckpointSource checkpoint
                ? checkpoint.config().modelType().orElse("")
                : "";
        boolean pictures = OF_PICTURES.contains(type) || inputs.contains(ImageInput.PIXEL_VALUES.label());
        boolean both = OF_BOTH.contains(type) || (pictures && inputs.size() > 1);
        if (both && entry.tower() == null) {
            throw new RecipeException(
                    "models: %s: reads texts and pictures; give tower: text or tower: image, and name it twice for both"
                            .formatted(entry.name()));
        }
        return both ? entry.tower() == ModelEntry.Tower.IMAGE : pictures;
    }

    private static boolean hasProcessor(ModelSource source) {
        return Files.exists(source.companions().folder().resolve(ImageProcessor.FILE));
    }

    /** The file that says how pictures are prepared. */
    Path processorFile() {
        return source.companions().folder().resolve(ImageProcessor.FILE);
    }

    /** Its graph; a new one each time. */
    Model model() {
        Model model = read();
        Pipeline.PREPARE.run(model);
        Graph graph = model.graph();
        Pooling pooling = entry.pooling();
        Value vectors = pooling == null ? given(graph) : pooled(model, pooling);
        List.copyOf(graph.outputs()).forEach(graph::removeOutput);
        graph.addOutput(vectors);
        Pipeline.CLEAN.run(model);
        return model;
    }

    /** How vectors are made, in words. */
    String vectors() {
        return entry.pooling() == null ? "the graph's own" : entry.pooling().label();
    }

    /** What it reads: float32 {@code [images, 3, height, width]}. */
    TensorType pixels(Model model) {
        Value input = graphInput(model);
        Shape shape =
                Objects.requireNonNull(Objects.requireNonNull(input.type()).shape());
        return new TensorType(
                input.type().dtype(), Shape.of(Dim.of("images"), shape.dim(1), shape.dim(2), shape.dim(3)));
    }

    /**
     * Width of its vectors.
     *
     * @throws UnsupportedException if the graph does not say it
     */
    long width(Model model) {
        TensorType type = model.graph().outputs().getFirst().type();
        Shape shape = type == null ? null : type.shape();
        if (shape != null && shape.dim(-1) instanceof Dim.Known(long width)) {
            return width;
        }
        throw new UnsupportedException("%s: the width of its vectors is not to be seen in the graph: %s"
                .formatted(where(), model.graph().outputs().getFirst()));
    }

    private Value graphInput(Model model) {
        List<Value> inputs =
                model.graph().inputs().stream().filter(i -> !i.isInitializer()).toList();
        if (inputs.size() != 1 || !inputs.getFirst().name().equals(ImageInput.PIXEL_VALUES.label())) {
            throw new UnsupportedException(
                    "%s: an encoder of pictures reads pixel_values alone: got %s".formatted(where(), inputs));
        }
        return inputs.getFirst();
    }

    private Model read() {
        return switch (source) {
            case GraphSource graph -> TowerModel.of(graph, Tower.IMAGE);
            case CheckpointSource checkpoint -> TowerModel.of(checkpoint, Tower.IMAGE);
            case WordVectorsSource words -> throw new IllegalStateException("word vectors read no pictures");
            case TensorSource table -> throw new IllegalStateException("a table reads no pictures");
        };
    }

    private Value given(Graph graph) {
        return VECTORS.stream()
                .flatMap(name -> matrices(graph).filter(o -> o.name().equals(name)))
                .findFirst()
                .orElseThrow(() -> new MissingException(
                        "%s: which output is a picture's vector is not known: the graph's outputs are %s; give pooling: cls or mean to the model"
                                .formatted(where(), graph.outputs())));
    }

    private static Stream<Value> matrices(Graph graph) {
        return graph.outputs().stream().filter(o -> TextEncoder.isFloats(o, 2));
    }

    private Value pooled(Model model, Pooling pooling) {
        List<Value> tokens = model.graph().outputs().stream()
                .filter(o -> TextEncoder.isFloats(o, 3))
                .toList();
        Optional<Value> states = tokens.stream()
                .filter(o -> o.name().equals("last_hidden_state"))
                .findFirst()
                .or(() -> tokens.size() == 1 ? Optional.of(tokens.getFirst()) : Optional.empty());
        if (states.isEmpty()) {
            throw new UnsupportedException("%s: there are no clear token vectors to pool: the graph's outputs are %s"
                    .formatted(where(), model.graph().outputs()));
        }
        Ops ops = new Ops(model.graph(), model.opset()).withPrefix("sinter/");
        return PoolingGraph.poolAll(ops, states.get(), pooling);
    }

    private String where() {
        return source.path().toString();
    }
}
