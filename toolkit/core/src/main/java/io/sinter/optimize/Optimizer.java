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
import java.util.Objects;
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
            GraphPass pass = new QuantizeEmbedding(table(graph), format);
            run(model, List.of(pass), converted, kept);
        });
        FusionReport fusions = Fusions.fuse(model, options.target());
        requireMatches(options.skip(), graph);
        run(model, precision(options), converted, kept);
        Verifier.verifyOrThrow(model, "optimised graph");
        OptimizeReport report =
                new OptimizeReport(options, before, GraphSize.of(graph), fusions.counts(), converted, kept);
        return new Optimized(model, report);
    }

    private static String table(Graph graph) {
        EmbeddingTable table = EmbeddingTableFinder.find("graph \"%s\"".formatted(graph.name()), graph);
        return table.stored().weight().name();
    }

    private static List<GraphPass> precision(OptimizeOptions options) {
        Skip skip = options.skip();
        return switch (options.dtype()) {
            case FLOAT32 -> List.of();
            case FLOAT16 ->
                switch (options.target()) {
                    case PORTABLE, CUDA -> List.of(new HalfCompute(HalfType.FLOAT16, skip));
                    case CPU -> List.of(new HalfStorage(HalfType.FLOAT16, skip));
                };
            case BFLOAT16 ->
                switch (options.target()) {
                    // The CUDA provider has no bfloat16 attention: what computes in float32 is stored in 16 bits at
                    // least.
                    case CUDA ->
                        List.of(new HalfCompute(HalfType.BFLOAT16, skip), new HalfStorage(HalfType.BFLOAT16, skip));
                    case PORTABLE, CPU -> List.of(new HalfStorage(HalfType.BFLOAT16, skip));
                };
            case INT8 -> List.of(new DynamicQuantization(skip));
        };
    }

    /** Runs passes, takes out what they leave behind, and notes what they say. */
    private static void run(Model model, List<GraphPass> passes, List<String> converted, List<String> kept) {
        List<GraphPass> all = new ArrayList<>(passes);
        all.addAll(Pipeline.CLEAN.passes());
        Map<String, PassResult> results = new Pipeline("precision", all).run(model);
        for (GraphPass pass : passes) {
            PassResult result = Objects.requireNonNull(results.get(pass.name()));
            converted.addAll(result.changes());
            kept.addAll(result.refusals());
        }
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
