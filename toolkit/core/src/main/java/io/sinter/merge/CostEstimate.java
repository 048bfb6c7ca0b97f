package io.sinter.merge;

import io.sinter.merge.MergePlan.Body;
import io.sinter.merge.MergePlan.Costs;
import io.sinter.onnx.ir.Model;
import io.sinter.recipe.Recipe;
import io.sinter.safetensors.Checkpoint;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.GraphSource;
import io.sinter.source.StoredTable;
import io.sinter.source.TiedProjection;
import io.sinter.source.TiedProjections;
import io.sinter.tensor.ScratchMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Estimates what a merge takes.
 *
 * @param mode whether the sources' tables or the merged one are looked up
 * @param sources in order
 * @param tableBytes of the merged table
 */
record CostEstimate(Recipe.Mode mode, List<PlannedSource> sources, long tableBytes) {

    /** Rows of the sources and the result that are in memory at once while baking, and ONNX Runtime itself, about. */
    private static final long RUNTIME_BYTES = 64L << 20;

    /** What it takes, with the merged table in that body. */
    Costs of(Body body) {
        long copies = tableBytes(
                sources.stream().filter(source -> !source.rows().areInOrder()).toList());
        long tables = tableBytes + copies;
        long read = tableBytes(sources);
        return switch (body) {
            case Body.Graph graph -> {
                long rest = rest(graph.source());
                yield costs(read + rest, rest + lookedUp() + head(graph.source()), tables);
            }
            case Body.Weights weights -> {
                long rest = sizes(weights.source().files()) - bytes(weights.planned());
                long checkpoint = mode == Recipe.Mode.BAKE ? rest + tableBytes : 0;
                long graph = Float.BYTES * elements(weights.source().checkpoint());
                yield costs(read + rest, checkpoint + graph + lookedUp(), tables + graph);
            }
            case Body.New fresh -> {
                long weights = Float.BYTES * fresh.parameters();
                yield costs(read, 2 * weights + lookedUp(), tables + weights);
            }
            case Body.None none -> costs(read, tableBytes + lookedUp(), tables);
        };
    }

    /** @param made bytes of tensors that are made */
    private static Costs costs(long read, long written, long made) {
        long inMemory = Math.min(made, ScratchMemory.NATIVE_BYTES);
        return new Costs(read, written, inMemory + RUNTIME_BYTES, made - inMemory);
    }

    private long lookedUp() {
        return switch (mode) {
            case BAKE -> tableBytes;
            case LIVE -> tableBytes(sources);
        };
    }

    /** The body's files but for the table; a live merge leaves the checkpoint beside the graph out. */
    private long rest(GraphSource source) {
        long files = sizes(source.files()) - storedBytes(source.embeddingTable(source.readModel()));
        return switch (mode) {
            case BAKE -> files;
            case LIVE ->
                files - source.checkpoint().map(c -> sizes(c.weightFiles())).orElse(0L);
        };
    }

    private static long storedBytes(EmbeddingTable table) {
        return switch (table.stored()) {
            case StoredTable.Plain plain -> plain.elements().data().byteSize();
            case StoredTable.Quantized quantized ->
                quantized.quantization().codes().data().byteSize();
        };
    }

    /** A live merge keeps the merged table too where an output projection shared the body's. */
    private long head(GraphSource source) {
        return switch (mode) {
            case BAKE -> 0;
            case LIVE -> {
                Model model = source.readModel();
                boolean shared = TiedProjections.find(model.graph(), source.embeddingTable(model)).stream()
                        .anyMatch(TiedProjection::sharesWeight);
                yield shared ? tableBytes : 0;
            }
        };
    }

    private static long tableBytes(List<PlannedSource> sources) {
        return sources.stream().mapToLong(CostEstimate::bytes).sum();
    }

    private static long elements(Checkpoint checkpoint) {
        return checkpoint.names().stream()
                .mapToLong(name -> checkpoint.tensor(name).elementCount())
                .sum();
    }

    private static long bytes(PlannedSource source) {
        return source.table().data().data().byteSize();
    }

    private static long sizes(List<Path> files) {
        try {
            long total = 0;
            for (Path file : files) {
                total += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
            return total;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
