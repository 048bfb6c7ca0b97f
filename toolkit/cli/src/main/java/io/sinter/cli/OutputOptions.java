package io.sinter.cli;

import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.io.WriteOptions.Placement;
import io.sinter.output.StagedDirectory.Existing;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that writes a model directory. */
final class OutputOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Where the model goes.")
    private @Nullable Path output;

    @Option(names = "--dry-run", description = "Check everything and print what would be done; write nothing.")
    private boolean dryRun;

    @Option(names = "--force", description = "Replace an output that exists.")
    private boolean force;

    @Option(
            names = "--external-data",
            description = "Put weights into model.onnx.data beside model.onnx, as happens by itself beyond 2 GB.")
    private boolean externalData;

    /** Where to write; nothing where nothing is to be written. */
    Optional<Path> target() {
        if (output == null && !dryRun) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--output=DIR' (or --dry-run)");
        }
        return dryRun ? Optional.empty() : Optional.ofNullable(output);
    }

    /** Whether weights go beside the graph whatever their size. */
    boolean externalData() {
        return externalData;
    }

    /** Where weights go. */
    WriteOptions writing() {
        return externalData ? WriteOptions.DEFAULT.withPlacement(Placement.EXTERNAL) : WriteOptions.DEFAULT;
    }

    Existing existing() {
        return force ? Existing.REPLACE : Existing.REFUSE;
    }
}
