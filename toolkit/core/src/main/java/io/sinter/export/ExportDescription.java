package io.sinter.export;

import io.sinter.encoder.SentenceHead;
import io.sinter.error.OutputException;
import io.sinter.output.Manifest;
import io.sinter.output.ModelCard;
import io.sinter.output.SentenceTransformersLayout;
import io.sinter.output.SinterVersion;
import io.sinter.pooling.Normalization;
import io.sinter.source.CarriedFiles;
import io.sinter.source.CheckpointSource;
import io.sinter.source.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes what stands beside an exported graph: configuration, tokenizer, modules, a model card, a manifest.
 *
 * @param digests of the checkpoint's files
 * @param notes what a user should know; what is found while writing is added
 */
record ExportDescription(
        CheckpointSource source,
        Manifest.Source digests,
        ExportOptions options,
        ExportedGraph graph,
        List<String> notes) {

    /** Writes into a directory that has the graph already. */
    void write(Path directory, Path target, ExportResult result) {
        try {
            notes.addAll(CarriedFiles.copy(source.companions(), directory));
            writeModules(directory);
            Files.writeString(
                    directory.resolve("README.md"), card(target, result).toMarkdown());
            Files.writeString(
                    directory.resolve(Manifest.FILE_NAME), manifest(result).toJson());
        } catch (IOException e) {
            throw new OutputException(target + ": cannot be written: " + e.getMessage(), e);
        }
    }

    /** A pooling that the checkpoint's own files do not declare is declared here. */
    private void writeModules(Path directory) throws IOException {
        Optional<SentenceHead> head = graph.sentence();
        if (head.isPresent() && options.sentence() instanceof SentenceOutput.Pooled) {
            long width = source.config().hiddenSize().orElse(0);
            SentenceTransformersLayout.write(
                    directory, head.get().pooling(), head.get().normalization(), width, null);
        }
    }

    private ModelCard card(Path target, ExportResult result) {
        List<String> facts = new ArrayList<>();
        facts.add("%s with head %s, for %s, in %s: %,d parameters, %d nodes"
                .formatted(
                        result.family(),
                        result.head(),
                        result.target(),
                        result.dtype(),
                        result.parameters(),
                        result.nodes()));
        facts.add("inputs: " + String.join("; ", result.inputs()));
        facts.add("outputs: " + String.join("; ", result.outputs()));
        return ModelCard.ofOne(ModelCard.Kind.CONVERSION, target, source, facts, notes);
    }

    private Manifest manifest(ExportResult result) {
        ModelConfig config = source.config();
        Optional<SentenceHead> head = graph.sentence();
        Manifest.Result made = new Manifest.Result(
                "encoder",
                config.vocabSize().orElse(0),
                config.hiddenSize().orElse(0),
                options.precision().dtype().dtype().name(),
                "none",
                head.map(h -> h.pooling().label()).orElse(null),
                head.isPresent(),
                head.filter(h -> h.normalization() == Normalization.UNIT_LENGTH).isPresent(),
                null,
                null);
        return new Manifest(
                SinterVersion.CURRENT,
                null,
                null,
                List.of(digests),
                made,
                new Manifest.Optimization(
                        result.target(),
                        result.dtype(),
                        options.precision()
                                .embedding()
                                .map(e -> e.name().toLowerCase(Locale.ROOT))
                                .orElse(null),
                        options.precision().skip().globs(),
                        List.of(),
                        result.quality()),
                List.of(),
                List.of(),
                Manifest.versionsUsed(graph.model().opset()),
                result.milliseconds(),
                List.copyOf(notes));
    }
}
