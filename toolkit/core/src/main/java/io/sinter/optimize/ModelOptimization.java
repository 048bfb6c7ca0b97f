package io.sinter.optimize;

import io.sinter.error.OutputException;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.pass.fuse.FusionCount;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.output.StagedDirectory;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.output.Stopwatch;
import io.sinter.quality.QualityReport;
import io.sinter.runtime.Device;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.GraphSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Optimises models on the disk: reads, optimises, holds the result to the quality gate, writes a directory.
 *
 * @param runtime runs the full and the reduced graph for the gate
 * @param session where
 * @param settings of the gate
 * @param writing where weights go
 */
public record ModelOptimization(Runtime runtime, SessionOptions session, GateSettings settings, WriteOptions writing) {

    /** The graph's name in the output directory. */
    public static final String GRAPH = "model.onnx";

    /**
     * Does everything but write.
     *
     * @throws io.sinter.error.SinterException if it cannot be done, or the gate refuses it
     */
    public OptimizeResult preview(GraphSource source, OptimizeOptions options) {
        Work work = new Work(source, options);
        Optimized optimized = work.watch.time("optimize", () -> Optimizer.optimize(source.readModel(), options));
        GraphGate.Opener reduced = (ort, how) -> ort.open(optimized.model(), how);
        QualityReport quality =
                work.watch.time("gate", () -> work.gate(source.graph().toString(), reduced));
        return work.result(optimized.report(), quality, OnnxWriter.size(optimized.model()), Map.of());
    }

    /**
     * Writes a directory, which appears whole or not at all: {@code model.onnx}, what stands beside the source's weights, a
     * model card and {@code sinter.json}.
     *
     * @throws io.sinter.error.SinterException if it cannot be done, or the gate refuses it; nothing is left behind
     */
    public OptimizeResult write(GraphSource source, OptimizeOptions options, Path target, Existing existing) {
        StagedDirectory.check(target, existing);
        Work work = new Work(source, options);
        Optimized optimized = work.watch.time("optimize", () -> Optimizer.optimize(source.readModel(), options));
        try (StagedDirectory staged = StagedDirectory.create(target, existing)) {
            StagedDirectory.requireSpace(target, OnnxWriter.size(optimized.model()));
            Path graph = staged.path().resolve(GRAPH);
            work.watch.time("write", () -> {
                OnnxWriter.write(optimized.model(), graph, writing);
            });
            QualityReport quality =
                    work.watch.time("gate", () -> work.gate(target.toString(), (ort, how) -> ort.open(graph, how)));
            long bytes = graphBytes(graph);
            OptimizeResult result = work.result(optimized.report(), quality, bytes, Map.of());
            OptimizeDescription description = new OptimizeDescription(source, options, target, work.notes);
            work.watch.time("hash", () -> {
                description.write(staged.path(), optimized.report(), result);
            });
            Map<String, Long> files = StagedDirectory.files(staged.path());
            work.watch.time("commit", () -> {
                staged.commit();
            });
            return work.result(optimized.report(), quality, bytes, files).writtenTo(target.toString());
        }
    }

    /** Bytes of a graph's file and of the external data beside it. */
    private static long graphBytes(Path graph) {
        try {
            long bytes = 0;
            for (String suffix : List.of("", ".data", "_data")) {
                Path file = graph.resolveSibling(graph.getFileName() + suffix);
                bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
            return bytes;
        } catch (IOException e) {
            throw new OutputException(graph + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** One model under way. */
    private final class Work {

        private final GraphSource source;
        private final OptimizeOptions options;
        private final Stopwatch watch = new Stopwatch();
        private final List<String> notes = new ArrayList<>();

        Work(GraphSource source, OptimizeOptions options) {
            this.source = source;
            this.options = options;
        }

        QualityReport gate(String what, GraphGate.Opener reduced) {
            Model original = source.readModel();
            GraphGate.Opener full = (ort, how) -> ort.open(source.graph(), how);
            return new GraphGate(runtime, session, settings)
                    .check(what, source.companions(), original, full, onDevice(reduced));
        }

        /** The CPU provider computes nothing in bfloat16: there, the same weights are tried in float32. */
        private GraphGate.Opener onDevice(GraphGate.Opener reduced) {
            boolean elsewhere = options.target() == Target.CUDA
                    && options.dtype() == Precision.BFLOAT16
                    && session.device() == Device.CPU;
            if (!elsewhere) {
                return reduced;
            }
            notes.add(
                    "the gate ran on the CPU, which has no bfloat16: weights rounded to it, computed in float32; --device cuda runs the graph itself");
            OptimizeOptions stored =
                    new OptimizeOptions(Target.CPU, Precision.BFLOAT16, options.embedding(), options.skip());
            return (ort, how) ->
                    ort.open(Optimizer.optimize(source.readModel(), stored).model(), how);
        }

        OptimizeResult result(OptimizeReport report, QualityReport quality, long bytesAfter, Map<String, Long> files) {
            return new OptimizeResult(
                    null,
                    options.target().name().toLowerCase(Locale.ROOT),
                    options.dtype().label(),
                    report.before().nodes(),
                    report.after().nodes(),
                    graphBytes(source.graph()),
                    bytesAfter,
                    report.fusions().stream()
                            .filter(count -> count.found() > 0)
                            .map(Work::fused)
                            .toList(),
                    report.converted(),
                    report.kept(),
                    quality,
                    files,
                    Collections.unmodifiableMap(new LinkedHashMap<>(watch.milliseconds())),
                    List.copyOf(notes));
        }

        private static OptimizeResult.Fused fused(FusionCount count) {
            return new OptimizeResult.Fused(
                    count.toString(),
                    count.refusals().stream()
                            .map(refusal -> refusal.where() + ": " + refusal.reason())
                            .toList());
        }
    }
}
