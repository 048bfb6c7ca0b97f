package io.sinter.optimize;

import io.sinter.error.OutputException;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.pass.fuse.FusionCount;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.output.StagedDirectory;
import io.sinter.output.StagedDirectory.Existing;
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
import java.util.function.Supplier;

/**
 * Optimises models on the disk: reads, optimises, holds the result to the quality gate, writes a directory.
 *
 * @param runtime runs the full and the reduced graph for the gate
 * @param session where
 * @param settings of the gate
 */
public record ModelOptimization(Runtime runtime, SessionOptions session, GateSettings settings) {

    /** The graph's name in the output directory. */
    public static final String GRAPH = "model.onnx";

    /** Room for tokenizers, configuration and rounding, when disk space is checked. */
    private static final long SLACK_BYTES = 16L << 20;

    /**
     * Does everything but write.
     *
     * @throws io.sinter.error.SinterException if it cannot be done, or the gate refuses it
     */
    public OptimizeResult preview(GraphSource source, OptimizeOptions options) {
        Work work = new Work(source, options);
        Optimized optimized = work.time("optimize", () -> Optimizer.optimize(source.readModel(), options));
        GraphGate.Opener reduced = (ort, how) -> ort.open(optimized.model(), how);
        QualityReport quality = work.time("gate", () -> work.gate(source.graph().toString(), reduced));
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
        Optimized optimized = work.time("optimize", () -> Optimizer.optimize(source.readModel(), options));
        StagedDirectory.requireSpace(target, OnnxWriter.size(optimized.model()) + SLACK_BYTES);
        try (StagedDirectory staged = StagedDirectory.create(target, existing)) {
            Path graph = staged.path().resolve(GRAPH);
            work.time("write", () -> {
                OnnxWriter.write(optimized.model(), graph, WriteOptions.DEFAULT);
                return graph;
            });
            QualityReport quality =
                    work.time("gate", () -> work.gate(target.toString(), (ort, how) -> ort.open(graph, how)));
            long bytes = graphBytes(graph);
            OptimizeResult result = work.result(optimized.report(), quality, bytes, Map.of());
            OptimizeDescription description = new OptimizeDescription(source, options, target, work.notes);
            work.time("hash", () -> {
                description.write(staged.path(), optimized.report(), result);
                return staged.path();
            });
            Map<String, Long> files = StagedDirectory.files(staged.path());
            work.time("commit", () -> {
                staged.commit();
                return target;
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
        private final Map<String, Long> milliseconds = new LinkedHashMap<>();
        private final List<String> notes = new ArrayList<>();

        Work(GraphSource source, OptimizeOptions options) {
            this.source = source;
            this.options = options;
        }

        <T> T time(String step, Supplier<T> work) {
            long begin = System.nanoTime();
            T result = work.get();
            milliseconds.merge(step, (System.nanoTime() - begin) / 1_000_000, Long::sum);
            return result;
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
                    Collections.unmodifiableMap(new LinkedHashMap<>(milliseconds)),
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
