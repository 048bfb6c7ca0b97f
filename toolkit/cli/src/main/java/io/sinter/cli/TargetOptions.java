package io.sinter.cli;

import io.sinter.output.StagedDirectory.Existing;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a command writes a directory. */
final class TargetOptions {

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

    /** Where to write; nothing where nothing is to be written. */
    Optional<Path> target() {
        if (output == null && !dryRun) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--output=DIR' (or --dry-run)");
        }
        return dryRun ? Optional.empty() : Optional.ofNullable(output);
    }

    /** What to do with an output that exists. */
    Existing existing() {
        return force ? Existing.REPLACE : Existing.REFUSE;
    }
}
