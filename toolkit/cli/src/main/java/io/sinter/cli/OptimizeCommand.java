package io.sinter.cli;

import io.sinter.error.UnsupportedException;
import io.sinter.optimize.ModelOptimization;
import io.sinter.optimize.OptimizeOptions;
import io.sinter.optimize.OptimizeResult;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sinter optimize}. */
@Command(
        name = "optimize",
        mixinStandardHelpOptions = true,
        description = {
            "Makes an .onnx faster or smaller: fuses operators for a target, gives numbers fewer bits, and compares the",
            "outputs with the full model's before anything is written."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sinter optimize cache:bge-small-en-v1.5 -o fast --target cpu",
            "  sinter optimize cache:bge-small-en-v1.5 -o small --target cpu --dtype int8 --embedding int8",
            "  sinter optimize cache:bge-small-en-v1.5 -o gpu --target cuda --dtype float16"
        })
final class OptimizeCommand implements Callable<Integer> {

    private static final int SHOWN = 5;

    @Mixin
    private ModelArgument model = new ModelArgument();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private PrecisionOptions precision = new PrecisionOptions();

    @Option(
            names = "--min-cosine",
            paramLabel = "N",
            defaultValue = "0.99",
            description =
                    "Refuse the result if the mean cosine of an output with the full model's is less (default: ${DEFAULT-VALUE}).")
    private double minCosine;

    @Mixin
    private RunOptions run = new RunOptions();

    @Mixin
    private Printer printer = new Printer();

    @Override
    public Integer call() {
        Optional<Path> directory = output.target();
        OptimizeOptions options = precision.options();
        ModelOptimization optimization =
                new ModelOptimization(new OrtRuntime(), run.session(), precision.gate(minCosine), output.writing());
        GraphSource source = source();
        OptimizeResult result = directory.isEmpty()
                ? optimization.preview(source, options)
                : optimization.write(source, options, directory.get(), output.existing());
        printer.print(result, out -> print(result, out));
        return ExitCode.OK.code();
    }

    private GraphSource source() {
        if (ModelSource.open(model.graph()) instanceof GraphSource graph) {
            return graph;
        }
        throw new UnsupportedException(
                "%s: has no .onnx graph; sinter export makes one of a checkpoint, with the same options"
                        .formatted(model.graph()));
    }

    private static void print(OptimizeResult result, PrintWriter out) {
        String where = result.output();
        out.printf(
                "%s for %s, %s%n",
                where == null ? "would be optimised (nothing is written)" : "optimised into " + where,
                result.target(),
                result.dtype());
        out.printf(
                "  graph      %d nodes, before %d; %s, before %s%n",
                result.nodesAfter(),
                result.nodesBefore(),
                Sizes.format(result.bytesAfter()),
                Sizes.format(result.bytesBefore()));
        if (!result.fused().isEmpty()) {
            out.println("  fused      "
                    + result.fused().stream().map(OptimizeResult.Fused::count).collect(Collectors.joining(", ")));
        }
        some(
                "not fused",
                result.fused().stream().flatMap(f -> f.notFused().stream()).toList(),
                out);
        out.printf("  fewer bits %d weights or nodes%n", result.converted().size());
        some("kept", result.kept(), out);
        QualityLines.print(result.quality(), "the full model", out);
        result.files().forEach((file, bytes) -> out.printf("  %10s  %s%n", Sizes.format(bytes), file));
        out.printf(
                "  milliseconds: %s%n",
                result.milliseconds().entrySet().stream()
                        .map(e -> e.getKey() + " " + e.getValue())
                        .collect(Collectors.joining(", ")));
        result.notes().forEach(note -> out.println("  note: " + note));
    }

    private static void some(String title, List<String> lines, PrintWriter out) {
        lines.stream().limit(SHOWN).forEach(line -> out.printf("  %-10s %s%n", title, line));
        if (lines.size() > SHOWN) {
            out.printf("  %-10s and %d more; --json lists them%n", title, lines.size() - SHOWN);
        }
    }
}
