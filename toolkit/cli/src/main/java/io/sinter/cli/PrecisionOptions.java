package io.sinter.cli;

import io.sinter.onnx.pass.fuse.Target;
import io.sinter.onnx.pass.precision.EmbeddingFormat;
import io.sinter.onnx.pass.precision.Skip;
import io.sinter.optimize.GateSettings;
import io.sinter.optimize.OptimizeOptions;
import io.sinter.optimize.Precision;
import io.sinter.quality.QualityGate;
import io.sinter.quality.SampleTexts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that makes a graph for a target, in fewer bits if asked. */
final class PrecisionOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

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
            names = "--samples",
            paramLabel = "FILE",
            description = "Texts to compare on, one a line (default: 48 built-in sentences).")
    private @Nullable Path samples;

    OptimizeOptions options() {
        return new OptimizeOptions(target, dtype, Optional.ofNullable(embedding), new Skip(skip));
    }

    /** Whether texts to compare on were given. */
    boolean hasSamples() {
        return samples != null;
    }

    /** The gate with that bound, which {@code --min-cosine} gives. */
    GateSettings gate(double bound) {
        if (!(bound >= -1 && bound <= 1)) {
            throw new ParameterException(spec.commandLine(), "--min-cosine: got %s, expected -1 to 1".formatted(bound));
        }
        return new GateSettings(
                new QualityGate(bound), samples == null ? SampleTexts.builtIn() : SampleTexts.read(samples));
    }
}
