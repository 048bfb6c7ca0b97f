package io.sinter.cli;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.onnx.pass.precision.EmbeddingFormat;
import io.sinter.onnx.pass.precision.Skip;
import io.sinter.optimize.GateSettings;
import io.sinter.optimize.ModelOptimization;
import io.sinter.optimize.OptimizeOptions;
import io.sinter.optimize.OptimizeResult;
import io.sinter.optimize.Precision;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.quality.QualityGate;
import io.sinter.quality.SampleTexts;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelArgument model = new ModelArgument();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Where the model goes.")
    private @Nullable Path output;

    @Option(
            names = "--target",
            paramLabel = "portable|cpu|cuda",
            defaultValue = "portable",
            description =
                    "portable: operators of ONNX's own set only; cpu, cuda: ONNX Runtime's fused ones (default: ${DEFAULT-VALUE}).")
    private Target target = Target.PORTABLE;

    @Option(
            names = "--dtype",
            paramLabel = "float32|float16|bfloat16|int8",
            defaultValue = "float32",
            description =
                    "Bits of the numbers; docs/optimize.md says what each means on each target (default: ${DEFAULT-VALUE}).")
    private Precision dtype = Precision.FLOAT32;

    @Option(
            names = "--embedding",
            paramLabel = "int8|int4",
            description = "Rows of the token-embedding table in fewer bits than the rest.")
    private @Nullable EmbeddingFormat embedding;

    @Option(
            names = "--skip",
            paramLabel = "GLOB",
            description = "Leave nodes, or readers of weights, of such a name in float32; may be given more than once.")
    private List<String> skip = new ArrayList<>();

    @Option(
            names = "--min-cosine",
            paramLabel = "N",
            defaultValue = "0.99",
            description =
                    "Refuse the result if the mean cosine of an output with the full model's is less (default: ${DEFAULT-VALUE}).")
    private double minCosine;

    @Option(
            names = "--samples",
            paramLabel = "FILE",
            description = "Texts to compare on, one a line (default: 48 built-in sentences).")
    private @Nullable Path samples;

    @Option(names = "--dry-run", description = "Do everything, compare, and print; write nothing.")
    private boolean dryRun;

    @Option(names = "--force", description = "Replace an output that exists.")
    private boolean force;

    @Mixin
    private RunOptions run = new RunOptions();

    @Mixin
    private Printer printer = new Printer();

    @Override
    public Integer call() {
        Path directory = output;
        if (directory == null && !dryRun) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--output=DIR' (or --dry-run)");
        }
        OptimizeOptions options = new OptimizeOptions(target, dtype, Optional.ofNullable(embedding), new Skip(skip));
        ModelOptimization optimization = new ModelOptimization(new OrtRuntime(), run.session(), gate());
        GraphSource source = source();
        OptimizeResult result = dryRun || directory == null
                ? optimization.preview(source, options)
                : optimization.write(source, options, directory, force ? Existing.REPLACE : Existing.REFUSE);
        printer.print(result, out -> print(result, out));
        return ExitCode.OK.code();
    }

    private GateSettings gate() {
        if (!(minCosine >= -1 && minCosine <= 1)) {
            throw new ParameterException(
                    spec.commandLine(), "--min-cosine: got %s, expected -1 to 1".formatted(minCosine));
        }
        return new GateSettings(
                new QualityGate(minCosine), samples == null ? SampleTexts.builtIn() : SampleTexts.read(samples));
    }

    private GraphSource source() {
        if (ModelSource.open(model.path()) instanceof GraphSource graph) {
            return graph;
        }
        throw new UnsupportedException(
                "%s: has no .onnx graph; sinter export makes one of a checkpoint, with the same options"
                        .formatted(model.path()));
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
        QualityLines.print(result.quality(), out);
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
