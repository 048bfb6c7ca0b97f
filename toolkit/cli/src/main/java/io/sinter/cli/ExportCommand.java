package io.sinter.cli;

import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.BuildOptions.TokenTypes;
import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.encoder.Head;
import io.sinter.encoder.ImageInput;
import io.sinter.error.UnsupportedException;
import io.sinter.export.ExportOptions;
import io.sinter.export.ExportResult;
import io.sinter.export.ModelExport;
import io.sinter.export.SentenceOutput;
import io.sinter.onnx.op.Opsets;
import io.sinter.optimize.GateSettings;
import io.sinter.optimize.OptimizeOptions;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.quality.QualityGate;
import io.sinter.quality.QualityReport;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.CheckpointSource;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import io.sinter.source.TensorSource;
import io.sinter.source.WordVectorsSource;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sinter export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Makes an .onnx of a checkpoint (config.json and safetensors): the graph is built from the configuration,",
            "not traced, with operators of ONNX alone or with ONNX Runtime's fused ones."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sinter export samples/models/bert-mini-fiction -o exported",
            "  sinter export samples/models/bert-mini-fiction -o fast --target cpu --head none --pooling mean",
            "  sinter export samples/models/bert-mini-fiction -o gpu --target cuda --dtype float16"
        })
final class ExportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelArgument model = new ModelArgument();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private PrecisionOptions precision = new PrecisionOptions();

    @Option(
            names = "--head",
            paramLabel = "HEAD",
            description =
                    "none, masked-lm, classification or causal-lm (default: what architectures in config.json says).")
    private @Nullable String head;

    @Option(
            names = "--pooling",
            paramLabel = "POOLING",
            description =
                    "cls, mean, max, last-token, weighted-mean, mean-sqrt-len, or none: an output sentence_embedding (default: what modules.json says).")
    private @Nullable String pooling;

    @Option(names = "--no-normalize", description = "With --pooling: leave the sentence vector's length as it is.")
    private boolean unscaled;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            description = "Keep the first N components of the sentence vector (Matryoshka models).")
    private @Nullable Long dimensions;

    @Option(
            names = "--tower",
            paramLabel = "both|text|image",
            defaultValue = "both",
            description = "Of a model of texts and pictures, the part to export (default: ${DEFAULT-VALUE}).")
    private Tower tower = Tower.BOTH;

    @Option(
            names = "--image-input",
            paramLabel = "pixel_values|image",
            defaultValue = "pixel_values",
            description =
                    "How the graph reads pictures: prepared, or as decoded (uint8 [batch, height, width, 3]), preparing them itself (default: ${DEFAULT-VALUE}).")
    private String imageInput = "pixel_values";

    @Option(names = "--no-token-types", description = "Count token_type_ids as 0 instead of reading them.")
    private boolean withoutTypes;

    @Option(
            names = "--output-name",
            paramLabel = "NAME=NEW",
            description = "Name an output otherwise than transformers does; may be given more than once.")
    private Map<String, String> outputNames = new LinkedHashMap<>();

    @Option(
            names = "--min-cosine",
            paramLabel = "N",
            description =
                    "Compare with the float32 graph, and refuse a mean cosine below this; int8 and int4 are always compared (0.99).")
    private @Nullable Double minCosine;

    @Mixin
    private RunOptions run = new RunOptions();

    @Mixin
    private Printer printer = new Printer();

    @Override
    public Integer call() {
        Optional<Path> directory = output.target();
        ModelExport export = new ModelExport(new OrtRuntime(), run.session(), output.writing());
        CheckpointSource source = source();
        ExportResult result = directory.isEmpty()
                ? export.preview(source, options())
                : export.write(source, options(), directory.get(), output.existing());
        printer.print(result, out -> print(result, out));
        return ExitCode.OK.code();
    }

    private ExportOptions options() {
        OptimizeOptions reduced = precision.options();
        BuildOptions build = new BuildOptions(
                reduced.target(),
                chosenHead(),
                withoutTypes ? TokenTypes.ZERO : TokenTypes.INPUT,
                tower,
                Opsets.EMITTED);
        return new ExportOptions(build, sentence(), reduced, outputNames, gate()).withImageInput(chosenImageInput());
    }

    private ImageInput chosenImageInput() {
        return ImageInput.named(imageInput)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "--image-input: got %s, expected pixel_values or image".formatted(imageInput)));
    }

    private @Nullable Head chosenHead() {
        if (head == null) {
            return null;
        }
        return Head.named(head)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--head: got %s, expected one of %s".formatted(head, Head.labels())));
    }

    private SentenceOutput sentence() {
        if (pooling == null) {
            if (unscaled) {
                throw new ParameterException(spec.commandLine(), "--no-normalize goes with --pooling");
            }
            return new SentenceOutput.AsDeclared(dimensions);
        }
        if (pooling.equals("none")) {
            return new SentenceOutput.None();
        }
        Pooling chosen = Pooling.named(pooling)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "--pooling: got %s, expected one of none, %s"
                                .formatted(
                                        pooling,
                                        Stream.of(Pooling.values())
                                                .map(Pooling::label)
                                                .collect(Collectors.joining(", ")))));
        return new SentenceOutput.Pooled(chosen, unscaled ? Normalization.NONE : Normalization.UNIT_LENGTH, dimensions);
    }

    private @Nullable GateSettings gate() {
        if (minCosine == null && !precision.hasSamples()) {
            return null;
        }
        return precision.gate(minCosine == null ? QualityGate.USUAL : minCosine);
    }

    private CheckpointSource source() {
        return switch (ModelSource.open(model.path())) {
            case CheckpointSource checkpoint -> checkpoint;
            case GraphSource graph ->
                graph.checkpoint()
                        .orElseThrow(() -> new UnsupportedException(
                                "%s: has an .onnx graph and no checkpoint; sinter optimize takes graphs, with the same options"
                                        .formatted(model.path())));
            case WordVectorsSource words ->
                throw new UnsupportedException(
                        "%s: word vectors; expected a directory with config.json and model.safetensors"
                                .formatted(model.path()));
            case TensorSource table ->
                throw new UnsupportedException(
                        "%s: a bare file of tensors; expected a directory with config.json and model.safetensors"
                                .formatted(model.path()));
        };
    }

    private static void print(ExportResult result, PrintWriter out) {
        String where = result.output();
        out.printf(
                "%s: %s, head %s, for %s, in %s%n",
                where == null ? "would be exported (nothing is written)" : "exported into " + where,
                result.family(),
                result.head(),
                result.target(),
                result.dtype());
        out.printf(
                "  graph      %,d parameters, %d nodes: %s%n",
                result.parameters(),
                result.nodes(),
                result.operators().entrySet().stream()
                        .map(e -> e.getValue() + " " + e.getKey().replace("com.microsoft.", ""))
                        .collect(Collectors.joining(", ")));
        result.inputs().forEach(input -> out.println("  input      " + input));
        result.outputs().forEach(name -> out.println("  output     " + name));
        QualityReport quality = result.quality();
        if (quality != null) {
            QualityLines.print(quality, "the float32 graph", out);
        }
        result.files().forEach((file, bytes) -> out.printf("  %10s  %s%n", Sizes.format(bytes), file));
        out.printf(
                "  milliseconds: %s%n",
                result.milliseconds().entrySet().stream()
                        .map(e -> e.getKey() + " " + e.getValue())
                        .collect(Collectors.joining(", ")));
        result.notes().forEach(note -> out.println("  note: " + note));
    }
}
