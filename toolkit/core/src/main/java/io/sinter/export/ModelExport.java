package io.sinter.export;

import io.sinter.encoder.BuildOptions;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.optimize.GateSettings;
import io.sinter.optimize.GraphGate;
import io.sinter.optimize.GraphSize;
import io.sinter.optimize.OptimizeOptions;
import io.sinter.optimize.Optimizer;
import io.sinter.optimize.Precision;
import io.sinter.output.Manifest;
import io.sinter.output.StagedDirectory;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.output.Stopwatch;
import io.sinter.quality.QualityReport;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.CheckpointSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Exports checkpoints: builds the graph, gives it its bits, holds it to the float32 graph, writes a directory.
 *
 * @param runtime runs both graphs where they are compared
 * @param session where
 * @param writing where weights go
 */
public record ModelExport(Runtime runtime, SessionOptions session, WriteOptions writing) {

    /** The graph's name in the output directory. */
    public static final String GRAPH = "model.onnx";

    /**
     * The graph of a checkpoint as it is without options: portable, in float32, with the configuration's head and the
     * sentence vectors that {@code modules.json} declares.
     *
     * @throws io.sinter.error.SinterException if the family is unknown, or weights do not fit the configuration
     */
    public static Model graph(CheckpointSource source) {
        return ExportedGraph.of(
                        source,
                        new ExportOptions(
                                BuildOptions.PORTABLE,
                                new SentenceOutput.AsDeclared(null),
                                OptimizeOptions.of(Target.PORTABLE),
                                Map.of(),
                                null))
                .model();
    }

    /**
     * Does everything but write.
     *
     * @throws io.sinter.error.SinterException if it cannot be done, or the gate refuses it
     */
    public ExportResult preview(CheckpointSource source, ExportOptions options) {
        Work work = new Work(source, options);
        ExportedGraph graph = work.build();
        QualityReport quality = work.gate(source.path().toString(), (ort, how) -> ort.open(graph.model(), how));
        return work.result(null, graph, quality, Map.of());
    }

    /**
     * Writes a directory, which appears whole or not at all: {@code model.onnx}, configuration, tokenizer, modules, a model
     * card and {@code sinter.json}.
     *
     * @throws io.sinter.error.SinterException if it cannot be done, or the gate refuses it; nothing is left behind
     */
    public ExportResult write(CheckpointSource source, ExportOptions options, Path target, Existing existing) {
        StagedDirectory.check(target, existing);
        CompletableFuture<Manifest.Source> digests = CompletableFuture.supplyAsync(
                () -> Manifest.Source.of(String.valueOf(source.path().getFileName()), source.path(), source.files()));
        Work work = new Work(source, options);
        ExportedGraph graph = work.build();
        try (StagedDirectory staged = StagedDirectory.create(target, existing)) {
            StagedDirectory.requireSpace(target, OnnxWriter.size(graph.model()));
            Path file = staged.path().resolve(GRAPH);
            work.watch.time("write", () -> {
                OnnxWriter.write(graph.model(), file, writing);
            });
            QualityReport quality = work.gate(target.toString(), (ort, how) -> ort.open(file, how));
            ExportDescription description = new ExportDescription(source, digests.join(), options, graph, work.notes);
            work.watch.time("describe", () -> {
                description.write(staged.path(), target, work.result(target, graph, quality, Map.of()));
            });
            Map<String, Long> files = StagedDirectory.files(staged.path());
            work.watch.time("commit", () -> {
                staged.commit();
            });
            return work.result(target, graph, quality, files);
        }
    }

    /** One model under way. */
    private final class Work {

        private final CheckpointSource source;
        private final ExportOptions options;
        private final Stopwatch watch = new Stopwatch();
        private final List<String> notes = new ArrayList<>();

        Work(CheckpointSource source, ExportOptions options) {
            this.source = source;
            this.options = options;
        }

        ExportedGraph build() {
            ExportedGraph graph = watch.time("build", () -> ExportedGraph.of(source, options));
            if (options.precision().reduces()) {
                watch.time("convert", () -> Optimizer.optimize(graph.model(), options.precision()));
            }
            if (!graph.leftOut().isEmpty()) {
                notes.add("%d tensors of the checkpoint are not in the graph, such as %s"
                        .formatted(graph.leftOut().size(), graph.leftOut().getFirst()));
            }
            return graph;
        }

        @Nullable
        QualityReport gate(String what, GraphGate.Opener reduced) {
            OptimizeOptions precision = options.precision();
            boolean bytes =
                    precision.dtype() == Precision.INT8 || precision.embedding().isPresent();
            GateSettings settings = options.gate() == null && bytes ? GateSettings.usual() : options.gate();
            if (settings == null || !precision.reduces()) {
                return null;
            }
            return watch.time("gate", () -> {
                Model full = ExportedGraph.of(source, options).model();
                return new GraphGate(runtime, session, settings)
                        .check(what, source.companions(), full, (ort, how) -> ort.open(full, how), reduced);
            });
        }

        ExportResult result(
                @Nullable Path target, ExportedGraph graph, @Nullable QualityReport quality, Map<String, Long> files) {
            Model model = graph.model();
            GraphSize size = GraphSize.of(model.graph());
            return new ExportResult(
                    target == null ? null : target.toString(),
                    source.config().modelType().orElse(""),
                    graph.head().label(),
                    options.precision().target().name().toLowerCase(Locale.ROOT),
                    options.precision().dtype().label(),
                    parameters(model),
                    size.nodes(),
                    size.operators(),
                    model.graph().inputs().stream().map(Value::toString).toList(),
                    model.graph().outputs().stream().map(Value::toString).toList(),
                    graph.leftOut(),
                    quality,
                    files,
                    Collections.unmodifiableMap(new LinkedHashMap<>(watch.milliseconds())),
                    List.copyOf(notes));
        }

        private static long parameters(Model model) {
            return model.graph().initializers().stream()
                    .map(Value::initializer)
                    .filter(Objects::nonNull)
                    .filter(data -> data.rank() > 0)
                    .mapToLong(TensorData::elementCount)
                    .sum();
        }
    }
}
