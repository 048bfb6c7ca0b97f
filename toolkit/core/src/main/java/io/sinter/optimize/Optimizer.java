package io.sinter.optimize;

import io.sinter.error.MissingException;
import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.pass.GraphPass;
import io.sinter.onnx.pass.PassResult;
import io.sinter.onnx.pass.Pipeline;
import io.sinter.onnx.pass.fuse.FusionReport;
import io.sinter.onnx.pass.fuse.Fusions;
import io.sinter.onnx.pass.precision.DynamicQuantization;
import io.sinter.onnx.pass.precision.HalfCompute;
import io.sinter.onnx.pass.precision.HalfStorage;
import io.sinter.onnx.pass.precision.HalfType;
import io.sinter.onnx.pass.precision.QuantizeEmbedding;
import io.sinter.onnx.pass.precision.Skip;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.EmbeddingTableFinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes a graph fit for a target: cleans it, fuses what the target has operators for, and gives its numbers fewer bits.
 * Inputs and outputs keep names, types and meaning. Works on traced graphs, on exported and on fused ones. What is lost
 * with the bits is for {@code io.sinter.quality} to measure.
 */
public final class Optimizer {

    private static final int NAMES_SHOWN = 5;

    private Optimizer() {}

    /**
     * Optimises a graph in place.
     *
     * @throws io.sinter.error.UnsupportedException if the opset cannot be raised, or the embedding table is none that can
     *     be stored so
     * @throws MissingException if a name to skip is in the graph nowhere, or no embedding table is
     */
    public static Optimized optimize(Model model, OptimizeOptions options) {
        Graph graph = model.graph();
        GraphSize before = GraphSize.of(graph);
        List<String> converted = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        Pipeline.PREPARE.run(model);
        options.embedding().ifPresent(format -> {
            QuantizeEmbedding pass = new QuantizeEmbedding(table(graph), format);
            note(run(model, pass), converted, kept);
        });
        FusionReport fusions = Fusions.fuse(model, options.target());
        requireMatches(options.skip(), graph);
        precision(options).ifPresent(pass -> note(run(model, pass), converted, kept));
        Verifier.verifyOrThrow(model, "optimised graph");
        OptimizeReport report =
                new OptimizeReport(options, before, GraphSize.of(graph), fusions.counts(), converted, kept);
        return new Optimized(model, report);
    }

    private static String table(Graph graph) {
        EmbeddingTable table = EmbeddingTableFinder.find("graph \"%s\"".formatted(graph.name()), graph);
        return table.stored().weight().name();
    }

    private static Optional<GraphPass> precision(OptimizeOptions options) {
        Skip skip = options.skip();
        return switch (options.dtype()) {
            case FLOAT32 -> Optional.empty();
            case FLOAT16 ->
                Optional.of(
                        switch (options.target()) {
                            case PORTABLE, CUDA -> new HalfCompute(HalfType.FLOAT16, skip);
                            case CPU -> new HalfStorage(HalfType.FLOAT16, skip);
                        });
            case BFLOAT16 ->
                Optional.of(
                        switch (options.target()) {
                            case CUDA -> new HalfCompute(HalfType.BFLOAT16, skip);
                            case PORTABLE, CPU -> new HalfStorage(HalfType.BFLOAT16, skip);
                        });
            case INT8 -> Optional.of(new DynamicQuantization(skip));
        };
    }

    private static PassResult run(Model model, GraphPass pass) {
        List<GraphPass> passes = new ArrayList<>(List.of(pass));
        passes.addAll(Pipeline.CLEAN.passes());
        Map<String, PassResult> results = new Pipeline("precision", passes).run(model);
        PassResult result = results.get(pass.name());
        if (result == null) {
            throw new IllegalStateException("no result of " + pass.name());
        }
        return result;
    }

    private static void note(PassResult result, List<String> converted, List<String> kept) {
        converted.addAll(result.changes());
        kept.addAll(result.refusals());
    }

    private static void requireMatches(Skip skip, Graph graph) {
        List<String> unmatched = skip.unmatched(graph);
        if (!unmatched.isEmpty()) {
            String known = graph.initializers().stream()
                    .limit(NAMES_SHOWN)
                    .map(v -> '"' + v.name() + '"')
                    .collect(Collectors.joining(", "));
            throw new MissingException(
                    "skip: \"%s\": no node, weight or value of the fused graph has such a name; weights begin with %s"
                            .formatted(String.join("\", \"", unmatched), known));
        }
    }
}
