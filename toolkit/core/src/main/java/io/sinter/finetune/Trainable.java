package io.sinter.finetune;

import io.sinter.error.UnsupportedException;
import io.sinter.inference.TextFeed;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.source.CheckpointSource;
import io.sinter.source.Companions;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A model whose weights can be trained: a graph in float32 with what is needed to write the model anew with other weights.
 * Training changes the graph; to train again, open it again.
 */
public sealed interface Trainable extends AutoCloseable permits TrainableCheckpoint, TrainableGraph {

    /** The model as it lies on the disk. */
    ModelSource source();

    /** The model, for messages. */
    default String where() {
        return source().path().toString();
    }

    /** The graph: float32, operators of ONNX's own, types inferred. */
    Model model();

    /** The weights that may be trained: float32 constants of the graph. */
    List<Value> parameters();

    /**
     * Vectors of texts, float32 {@code [B, D]}: the output {@code sentence_embedding}, or token vectors pooled as the files
     * beside the model or the {@link Opening} say.
     *
     * @throws IllegalStateException if it was opened for tokens
     */
    Value sentence();

    /**
     * Scores of every token of the vocabulary at every place, {@code [B, S, V]}.
     *
     * @throws UnsupportedException if the model has no such output
     */
    default Value logits() {
        return TokenScores.in(model(), where());
    }

    /** How texts become inputs of the graph. */
    TextFeed texts();

    /** The files beside the model. */
    default Companions companions() {
        return source().companions();
    }

    /**
     * Writes the model with other weights: graph, and checkpoint where there is one. What else there is beside it is not
     * written.
     *
     * @param trained weights by the names of {@link #parameters}; those that are not named stay as they are
     * @param finish what is done to the graph that is written, such as a head put on it
     * @param directory that exists
     */
    void write(Map<String, TensorData> trained, Consumer<Model> finish, Path directory);

    /** Frees the tokenizers. */
    @Override
    void close();

    /**
     * Opens a directory: as a checkpoint where it has one, else its graph.
     *
     * @throws UnsupportedException if it is a bare table, is quantised or is of a family that cannot be built
     * @throws io.sinter.error.MissingException if there is no model, or no tokenizer
     */
    static Trainable open(Path directory, Opening opening) {
        return switch (ModelSource.open(directory)) {
            case CheckpointSource checkpoint -> TrainableCheckpoint.open(checkpoint, opening);
            case GraphSource graph
            when graph.checkpoint().isPresent() ->
                TrainableCheckpoint.open(graph.checkpoint().get(), opening);
            case GraphSource graph -> TrainableGraph.open(graph, opening);
            case ModelSource other ->
                throw new UnsupportedException(
                        "%s: %s, which has no graph to train; give a directory with model.onnx or a checkpoint"
                                .formatted(directory, other.kind()));
        };
    }
}
