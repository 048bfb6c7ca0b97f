package io.sinter.ensemble;

import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.encoder.SentenceHead;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.inference.InputRole;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.Pipeline;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.recipe.CombineEntry.Level;
import io.sinter.recipe.ModelEntry;
import io.sinter.runtime.Port;
import io.sinter.source.CheckpointSource;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import io.sinter.source.TensorSource;
import io.sinter.source.WordVectorsSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model as an encoder of texts: its graph brought to the emitted opset, with inputs under their usual names and one
 * output of vectors.
 *
 * <p>At the level of sentences these are, in this order: the tokens pooled as the recipe says; the output
 * {@code sentence_embedding} or {@code text_embeds}, if the graph has it; the tokens made into one vector as the sentence-transformers modules
 * beside it say; the only output, if it is a matrix. At that of tokens: {@code last_hidden_state},
 * {@code token_embeddings} or the only output of rank 3.
 *
 * @param entry of the recipe
 * @param source where it is
 * @param level at which vectors are combined
 */
record TextEncoder(ModelEntry entry, ModelSource source, Level level) {

    /** Its graph; a new one each time. */
    Model model() {
        Model model = read();
        TextPorts.rename(where(), model);
        Optional<SentenceHead> head = head(model.graph());
        head.ifPresent(sentence -> {
            Pipeline.PREPARE.run(model);
            sentence.append(model);
        });
        Value vectors = head.isPresent() ? model.graph().outputs().getLast() : given(model.graph());
        List.copyOf(model.graph().outputs()).forEach(model.graph()::removeOutput);
        model.graph().addOutput(vectors);
        Pipeline.PREPARE.run(model);
        return model;
    }

    /** How vectors are made, in words. */
    String pooling() {
        Pooling chosen = entry.pooling();
        if (chosen != null) {
            return chosen.label();
        }
        return source.companions()
                .sentenceTransformers()
                .flatMap(SentenceHead::of)
                .map(head -> head.pooling().label())
                .orElse("the graph's own");
    }

    /** What each of its inputs is for. */
    Map<InputRole, Port> inputs(Model model) {
        return InputRole.of(
                where(),
                model.graph().inputs().stream()
                        .map(i -> new Port(i.name(), TextPorts.typeOf(where(), i)))
                        .toList());
    }

    /**
     * Width of its vectors.
     *
     * @throws UnsupportedException if neither graph nor configuration says it
     */
    long width(Model model) {
        TensorType type = model.graph().outputs().getFirst().type();
        Shape shape = type == null ? null : type.shape();
        if (shape != null && shape.rank() > 0 && shape.dim(-1) instanceof Dim.Known(long width)) {
            return width;
        }
        throw new UnsupportedException(
                "%s: the width of its vectors is not to be seen in the graph: %s; export it with shapes"
                        .formatted(where(), model.graph().outputs().getFirst()));
    }

    private String where() {
        return source.path().toString();
    }

    private Model read() {
        return switch (source) {
            case GraphSource graph -> TowerModel.of(graph, Tower.TEXT);
            case CheckpointSource checkpoint -> TowerModel.of(checkpoint, Tower.TEXT);
            case WordVectorsSource words ->
                throw new UnsupportedException(
                        "%s: word vectors, which have no encoder; combine them at level table".formatted(where()));
            case TensorSource table ->
                throw new UnsupportedException(
                        "%s: a bare table, which has no encoder; combine it at level table".formatted(where()));
        };
    }

    /** What is appended to make sentence vectors, if anything has to be. */
    private Optional<SentenceHead> head(Graph graph) {
        if (level == Level.TOKEN) {
            return Optional.empty();
        }
        if (entry.pooling() != null) {
            drop(graph, SentenceHead.OUTPUT);
            return Optional.of(SentenceHead.of(entry.pooling(), Normalization.NONE));
        }
        boolean hasOwn = graph.outputs().stream().anyMatch(o -> o.name().equals(SentenceHead.OUTPUT));
        return hasOwn
                ? Optional.empty()
                : source.companions().sentenceTransformers().flatMap(SentenceHead::of);
    }

    /** The graph pools by itself, but the recipe wants it otherwise. */
    private static void drop(Graph graph, String output) {
        Value own = graph.value(output);
        if (own != null) {
            graph.removeOutput(own);
            graph.rename(own, graph.uniqueName(output + "_of_the_graph"));
        }
    }

    private Value given(Graph graph) {
        return switch (level) {
            case TOKEN -> SentenceHead.tokens(graph);
            case SENTENCE, TABLE -> sentences(graph);
        };
    }

    private Value sentences(Graph graph) {
        List<Value> matrices =
                graph.outputs().stream().filter(o -> isFloats(o, 2)).toList();
        Optional<Value> named = Stream.of(SentenceHead.OUTPUT, "text_embeds")
                .flatMap(name -> matrices.stream().filter(o -> o.name().equals(name)))
                .findFirst();
        boolean noTokens = graph.outputs().stream().noneMatch(o -> isFloats(o, 3));
        return named.or(() -> noTokens && matrices.size() == 1 ? Optional.of(matrices.getFirst()) : Optional.empty())
                .orElseThrow(() -> new MissingException(
                        "%s: how its token vectors become a sentence vector is not known: the graph's outputs are %s; give pooling: to the model, such as {name: %s, model: %s, pooling: mean}"
                                .formatted(
                                        where(),
                                        graph.outputs().stream()
                                                .map(Value::toString)
                                                .collect(Collectors.joining("; ")),
                                        entry.name(),
                                        entry.model())));
    }

    /** Whether a value holds floats of that rank. */
    static boolean isFloats(Value value, int rank) {
        TensorType type = value.type();
        return type != null
                && type.dtype().isFloat()
                && type.shape() != null
                && type.shape().rank() == rank;
    }
}
