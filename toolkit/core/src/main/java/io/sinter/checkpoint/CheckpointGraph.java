package io.sinter.checkpoint;

import io.sinter.error.UnsupportedException;
import io.sinter.export.ModelExport;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.source.CheckpointSource;
import io.sinter.source.ModelSource;
import io.sinter.tensor.DType;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the graph of a merged checkpoint, where its architecture is one whose graph can be built.
 *
 * @param notes if there is no graph, why
 */
record CheckpointGraph(CheckpointPlan plan, List<String> notes) {

    /** What the float32 copies of 16-bit weights may take. */
    private static final long MOST_BYTES = 448L << 20;

    /** Writes {@code model.onnx} into a directory that has weights and configuration. */
    void write(Path directory) {
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
}
