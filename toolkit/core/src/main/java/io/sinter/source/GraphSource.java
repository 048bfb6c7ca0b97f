package io.sinter.source;

import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A model with an ONNX graph; in a directory, possibly with the checkpoint that the graph was exported from. */
public final class GraphSource implements ModelSource {

    /** Where a directory's graph is looked for, in this order. */
    static final List<String> GRAPHS = List.of("model.onnx", "onnx/model.onnx");

    private final Path path;
    private final Path graph;
    private final Companions companions;
    private final Optional<CheckpointSource> checkpoint;
    private @Nullable SourceTable table;

    private GraphSource(Path path, Path graph, Companions companions, Optional<CheckpointSource> checkpoint) {
        this.path = path;
        this.graph = graph;
        this.companions = companions;
        this.checkpoint = checkpoint;
    }

    /** A bare file; what belongs to it is beside it, or above it if its folder is named {@code onnx}. */
    static GraphSource open(Path graph) {
        Path parent = graph.getParent();
        Path folder = parent == null ? Path.of("") : parent;
        Path above = folder.resolve("..").normalize();
        boolean nested =
                folder.endsWith("onnx") && !Companions.haveTokenizer(folder) && Companions.haveTokenizer(above);
        return new GraphSource(graph, graph, Companions.read(nested ? above : folder), Optional.empty());
    }

    static GraphSource openDirectory(Path folder) {
        Path graph = graphIn(folder).orElseThrow();
        Optional<CheckpointSource> checkpoint = CheckpointSource.isIn(folder)
                ? Optional.of(CheckpointSource.open(folder, Optional.empty()))
                : Optional.empty();
        return new GraphSource(folder, graph, Companions.read(folder), checkpoint);
    }

    static Optional<Path> graphIn(Path folder) {
        return GRAPHS.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
    }

    @Override
    public Path path() {
        return path;
    }

    /** The .onnx file. */
    public Path graph() {
        return graph;
    }

    /** The checkpoint beside the graph, if there is one. */
    public Optional<CheckpointSource> checkpoint() {
        return checkpoint;
    }

    @Override
    public String kind() {
        return checkpoint.isPresent() ? "ONNX graph with its checkpoint" : "ONNX graph";
    }

    @Override
    public Companions companions() {
        return companions;
    }

    @Override
    public List<Path> weightFiles() {
        List<Path> files = new ArrayList<>(List.of(graph));
        Stream.of(".data", "_data")
                .map(suffix -> graph.resolveSibling(graph.getFileName() + suffix))
                .filter(Files::exists)
                .forEach(files::add);
        checkpoint.ifPresent(c -> files.addAll(c.weightFiles()));
        return files;
    }

    /** Reads the graph: a new model each time, which the caller may change. Its weights stay in the mapped file. */
    public Model readModel() {
        return OnnxReader.read(graph);
    }

    /** The table in a model that {@link #readModel} gave. */
    public EmbeddingTable embeddingTable(Model model) {
        return EmbeddingTableFinder.find(graph.toString(), model.graph());
    }

    /** The graph's table; the checkpoint's where the graph's is quantised and there is a checkpoint. */
    @Override
    public synchronized SourceTable table() {
        SourceTable known = table;
        if (known == null) {
            EmbeddingTable found = embeddingTable(readModel());
            known = switch (found.stored()) {
                case StoredTable.Quantized quantized
                when checkpoint.isPresent() -> checkpoint.get().table();
                case StoredTable stored ->
                    new SourceTable(
                            stored.floats(),
                            "%s: \"%s\"".formatted(graph, stored.weight().name()));
            };
            table = known;
        }
        return known;
    }
}
