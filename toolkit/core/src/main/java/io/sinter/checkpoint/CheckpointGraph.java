package io.sinter.checkpoint;

import io.sinter.error.UnsupportedException;
import io.sinter.export.ModelExport;
import io.sinter.file.Unfinished;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.source.CheckpointSource;
import io.sinter.source.ModelSource;
import io.sinter.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Writes the graph of a merged checkpoint, where its architecture is one whose graph can be built.
 *
 * @param notes if there is no graph, why
 */
record CheckpointGraph(CheckpointPlan plan, List<String> notes) {

    /** Weights of graphs, until they are in the graph. */
    static final String MERGED = ".merged.safetensors";

    /** What the float32 copies of 16-bit weights may take. */
    private static final long MOST_BYTES = 448L << 20;

    /** Writes {@code model.onnx} into a directory that has weights and configuration. */
    void write(Path directory) {
        Optional<GraphWeights> graph = plan.result().reference().graph();
        if (graph.isPresent()) {
            writeMerged(graph.get(), directory);
            return;
        }
        if (plan.result().reference().config().isEmpty()) {
            notes.add("no model.onnx: there is no config.json that says what the tensors make");
            return;
        }
        long copies = plan.result().tensors().stream()
                .filter(tensor -> tensor.spec().dtype() != DType.FLOAT)
                .mapToLong(tensor -> Float.BYTES * tensor.spec().elements())
                .sum();
        if (copies > MOST_BYTES) {
            notes.add("no model.onnx: its float32 weights would take %,d MB of memory; make it with sinter export"
                    .formatted(copies >> 20));
            return;
        }
        if (!(ModelSource.open(directory) instanceof CheckpointSource source)) {
            throw new IllegalStateException(directory + " has a graph already");
        }
        try {
            OnnxWriter.write(ModelExport.graph(source), directory.resolve(ModelExport.GRAPH), WriteOptions.DEFAULT);
        } catch (UnsupportedException e) {
            notes.add("no model.onnx: " + e.getMessage());
        }
    }

    /** The reference's graph with the merged weights in the place of its own. */
    static void writeMerged(GraphWeights weights, Path directory) {
        Path file = directory.resolve(MERGED);
        SafetensorsFile merged = SafetensorsFile.open(file);
        Model model = OnnxReader.read(weights.file());
        weights.with(model).values().forEach((name, value) -> model.graph().setInitializer(value, merged.tensor(name)));
        OnnxWriter.write(model, directory.resolve(ModelExport.GRAPH), WriteOptions.DEFAULT);
        Unfinished.deleteTree(file);
    }
}
