package io.sinter.cli;

import io.sinter.inference.LogitsOptions;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that reads a model's logits. */
final class LogitsCommandOptions {

    @Option(
            names = "--logits",
            paramLabel = "NAME",
            defaultValue = "logits",
            description = "The graph's output that holds them (default: ${DEFAULT-VALUE}).")
    private String output = "logits";

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Keep this many tokens of a text (default: as the model's files say, else 512).")
    private @Nullable Integer maxTokens;

    @Mixin
    private RunOptions run = new RunOptions();

    LogitsOptions of() {
        return new LogitsOptions(
                output, maxTokens == null ? OptionalInt.empty() : OptionalInt.of(maxTokens), run.execution());
    }
}
