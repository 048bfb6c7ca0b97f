package io.sinter.merge;

import io.sinter.bake.CombinedTable;
import io.sinter.merge.MergePlan.Body;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.recipe.OutputEntry;
import io.sinter.recipe.Recipe;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.CheckpointSource;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the weights of a merge: graphs and checkpoints.
 *
 * @param combined the tables and how they become one
 * @param merged the merged table
 */
record ModelWriter(MergePlan plan, CombinedTable combined, TensorData merged, Progress progress) {

    /** The graph's name in every output directory. */
    static final String GRAPH = "model.onnx";

    /** The merged table's name where there is no body, as sentence-transformers' StaticEmbedding has it. */
    static final String TABLE = "embedding.weight";

    /** Writes into a directory. */
    void write(Path directory) {
        switch (plan.body()) {
            case Body.Graph graph -> {
                writeGraph(GraphMerge.model(plan, graph.graph(), combined, merged), directory.resolve(GRAPH));
                if (plan.recipe().mode() == Recipe.Mode.BAKE) {
                    graph.source().checkpoint().ifPresent(c -> writeCheckpoint(c, directory));
                }
            }
            case Body.Weights weights -> {
                writeGraph(GraphMerge.model(plan, weights.graph(), combined, merged), directory.resolve(GRAPH));
                if (plan.recipe().mode() == Recipe.Mode.BAKE) {
                    writeCheckpoint(weights.source(), directory);
                }
            }
            case Body.None() -> {
                writeGraph(StaticModels.of(plan, combined, merged), directory.resolve(GRAPH));
                SafetensorsWriter.write(
                        directory.resolve("model.safetensors"), Map.of(TABLE, merged), Map.of("format", "pt"));
            }
        }
    }

    private void writeGraph(Model model, Path file) {
        OutputEntry output = plan.recipe().output();
        try (Progress.Task task = progress.begin("writing " + file.getFileName(), OnnxWriter.size(model))) {
            OnnxWriter.write(
                    model,
                    file,
                    WriteOptions.DEFAULT
                            .withPlacement(
                                    output.externalData()
                                            ? WriteOptions.Placement.EXTERNAL
                                            : WriteOptions.Placement.AUTOMATIC)
                            .withProgress(task::advance));
        }
    }

    /** The merged table in the type that the recipe asks for, else in the checkpoint's, which can differ from the graph's. */
    private TensorData inTypeOf(TensorData before) {
        return plan.recipe().output().dtype() == null && before.dtype() != merged.dtype()
                ? Conversion.convert(merged, before.dtype())
                : merged;
    }

    /** Every tensor under its own name; the table and the keys tied to it are the merged one. */
    private void writeCheckpoint(CheckpointSource source, Path directory) {
        Map<String, TensorData> tensors = new LinkedHashMap<>();
        for (String name : source.checkpoint().names()) {
            boolean isTable =
                    name.equals(source.keys().key()) || source.keys().tied().contains(name);
            TensorData tensor = source.checkpoint().tensor(name);
            tensors.put(name, isTable ? inTypeOf(tensor) : tensor);
        }
        SafetensorsWriter.write(directory.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
    }
}
