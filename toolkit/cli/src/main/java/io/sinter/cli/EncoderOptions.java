package io.sinter.cli;

import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.LogitsOptions;
import io.sinter.output.Manifest;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of every command that makes vectors of texts. What is not given is taken from the model's own files. */
final class EncoderOptions {

    @Option(
            names = "--pooling",
            paramLabel = "cls|mean|max|last-token|weighted-mean|mean-sqrt-len",
            converter = PoolingName.class,
            description = "How token vectors become one (default: as the model's files say).")
    private @Nullable Pooling pooling;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "Put before each text (default: as sinter.json says, else nothing).")
    private @Nullable String prompt;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "Keep this many tokens of a text (default: as the model's files say, else 512).")
    private @Nullable Integer maxTokens;

    @Option(names = "--no-normalize", description = "Leave vectors at their length; else they have length 1.")
    private boolean unscaled;

    @Mixin
    private RunOptions run = new RunOptions();

    /** What says how vectors are made, of the options that were given; empty if none does. */
    List<String> given() {
        List<String> names = new ArrayList<>();
        if (pooling != null) {
            names.add("--pooling");
        }
        if (prompt != null) {
            names.add("--prompt");
        }
        if (unscaled) {
            names.add("--no-normalize");
        }
        return names;
    }

    /** What is about texts alone, of the options that were given; empty if none is. */
    List<String> givenOfTexts() {
        List<String> names = new ArrayList<>();
        if (prompt != null) {
            names.add("--prompt");
        }
        if (maxTokens != null) {
            names.add("--max-tokens");
        }
        return names;
    }

    /** The same for a model with logits. */
    LogitsOptions logits() {
        return new LogitsOptions(
                LogitsOptions.DEFAULT.output(),
                maxTokens == null ? OptionalInt.empty() : OptionalInt.of(maxTokens),
                run.execution());
    }

    /** The options for a model. */
    EmbedderOptions of(Path model) {
        Optional<Manifest> manifest = Files.isDirectory(model) ? Manifest.find(model) : Optional.empty();
        String own = manifest.map(m -> m.result().prompt()).orElse("");
        return new EmbedderOptions(
                Optional.ofNullable(pooling),
                unscaled ? Normalization.NONE : Normalization.UNIT_LENGTH,
                prompt == null ? own : prompt,
                maxTokens == null ? OptionalInt.empty() : OptionalInt.of(maxTokens),
                run.execution());
    }

    /** Reads the names that recipes use. */
    static final class PoolingName implements ITypeConverter<Pooling> {
        @Override
        public Pooling convert(String name) {
            List<String> known = Stream.of(Pooling.values()).map(Pooling::label).toList();
            return Pooling.named(name)
                    .orElseThrow(() -> new TypeConversionException(
                            "got \"%s\", expected one of %s".formatted(name, String.join(", ", known))));
        }
    }
}
