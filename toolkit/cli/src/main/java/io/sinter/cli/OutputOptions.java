package io.sinter.cli;

import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.io.WriteOptions.Placement;
import io.sinter.output.StagedDirectory.Existing;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that writes a graph. */
final class OutputOptions {

    @Mixin
    private TargetOptions target = new TargetOptions();

    @Option(
            names = "--external-data",
            description = "Put weights into model.onnx.data beside model.onnx, as happens by itself beyond 2 GB.")
    private boolean externalData;

    /** Where to write; nothing where nothing is to be written. */
    Optional<Path> target() {
        return target.target();
    }

    /** Whether weights go beside the graph whatever their size. */
    boolean externalData() {
        return externalData;
    }

    /** Where weights go. */
    WriteOptions writing() {
        return externalData ? WriteOptions.DEFAULT.withPlacement(Placement.EXTERNAL) : WriteOptions.DEFAULT;
    }

    /** What to do with an output that exists. */
    Existing existing() {
        return target.existing();
    }
}
