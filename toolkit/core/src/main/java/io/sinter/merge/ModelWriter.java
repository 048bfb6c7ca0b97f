package io.sinter.merge;

import io.sinter.merge.MergePlan.Body;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.optimize.GraphGate;
import io.sinter.output.Manifest;
import io.sinter.progress.Progress;
import io.sinter.recipe.Recipe;
import io.sinter.safetensors.Checkpoint;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.safetensors.TensorContent;
import io.sinter.source.CheckpointSource;
import io.sinter.source.Companions;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Writes the weights of a merge: graphs and checkpoints.
 *
 * @param made the merged table, and what goes with it
 * @param gate compares an optimised graph with the full one
 */
record ModelWriter(MergePlan plan, MergedTable made, GraphGate gate, Progress progress) {

    /** The graph's name in every output directory. */
    static final String GRAPH = "model.onnx";

    /** The merged table's name where there is no body, as sentence-transformers' StaticEmbedding has it. */
    static final String TABLE = "embedding.weight";

    /**
     * Writes into a directory.
     *
     * @return what was done to the graph to make it fit a target, if the recipe asks for that
     * @throws io.sinter.error.VerificationException if that takes it too far from the full graph
     */
    Optional<Manifest.Optimization> write(Path directory) {
        return switch (plan.body()) {
            case Body.Graph graph -> {
                if (plan.recipe().mode() == Recipe.Mode.BAKE) {
                    graph.source().checkpoint().ifPresent(c -> writeCheckpoint(c, directory));
                }
                yield writeGraph(
                        () -> GraphMerge.model(plan, graph.graph(), made),
                        graph.source().companions(),
                        directory.resolve(GRAPH));
            }
            case Body.Weights weights -> {
                if (plan.recipe().mode() == Recipe.Mode.BAKE) {
                    writeCheckpoint(weights.source(), directory);
                }
                yield writeGraph(
                        () -> GraphMerge.model(plan, weights.graph(), made),
                        weights.source().companions(),
                        directory.resolve(GRAPH));
            }
            case Body.New fresh -> {
                writeNew(fresh.graph(), directory);
                yield writeGraph(
                        () -> GraphMerge.model(plan, fresh.graph(), made),
                        plan.tokenizerOwner().source().companions(),
                        directory.resolve(GRAPH));
            }
            case Body.None() -> {
                writeTensors(Map.of(TABLE, made.content()), directory);
                yield writeGraph(
                        () -> StaticModels.of(plan, made),
                        plan.tokenizerOwner().source().companions(),
                        directory.resolve(GRAPH));
            }
        };
    }

    private Optional<Manifest.Optimization> writeGraph(Supplier<Model> graph, Companions companions, Path file) {
        WriteOptions writing = WriteOptions.DEFAULT.withReady(made.growing()::await);
        return new GraphFile(plan.recipe().output(), gate, writing, progress)
                .write("the merged model", graph.get(), graph, () -> companions, file);
    }

    /** The weights that were drawn, and the merged table under its own name. */
    private void writeNew(BodyGraph.Drawn body, Path directory) {
        BodyGraph.Drawn.Fresh fresh = body.draw();
        Map<String, TensorContent> tensors = new LinkedHashMap<>();
        fresh.weights().forEach((name, tensor) -> tensors.put(name, TensorContent.of(tensor)));
        tensors.put(body.table(fresh.model()).stored().weight().name(), made.content());
        writeTensors(tensors, directory);
    }

    /** The merged table in the type that the recipe asks for, else in the checkpoint's, which can differ from the graph's. */
    private TensorContent inTypeOf(TensorData before) {
        DType merged = made.growing().unfinished().dtype();
        return plan.recipe().output().tableType() == null && before.dtype() != merged
                ? TensorContent.of(Conversion.convert(made.table(), before.dtype()))
                : made.content();
    }

    /** Every tensor under its own name; the table and the keys tied to it are the merged one. */
    private void writeCheckpoint(CheckpointSource source, Path directory) {
        Map<String, TensorContent> tensors = new LinkedHashMap<>();
        for (String name : source.checkpoint().names()) {
            boolean isTable =
                    name.equals(source.keys().key()) || source.keys().tied().contains(name);
            TensorData tensor = source.checkpoint().tensor(name);
            TensorData head = made.heads().get(new VocabularyTensor.Key.InCheckpoint(name));
            tensors.put(name, isTable ? inTypeOf(tensor) : TensorContent.of(head == null ? tensor : head));
        }
        writeTensors(tensors, directory);
    }

    private void writeTensors(Map<String, TensorContent> tensors, Path directory) {
        Path file = directory.resolve(Checkpoint.SINGLE);
        long bytes = tensors.values().stream()
                .mapToLong(t -> t.dtype().byteSize(TensorData.elementCount(t.shape())))
                .sum();
        try (Progress.Task task = progress.begin("writing " + file.getFileName(), bytes)) {
            long[] done = {0};
            io.sinter.safetensors.WriteOptions options = io.sinter.safetensors.WriteOptions.of(Map.of("format", "pt"))
                    .withProgress((written, total) -> {
                        task.advance(written - done[0]);
                        done[0] = written;
                    });
            SafetensorsWriter.write(file, tensors, options);
        }
    }
}
