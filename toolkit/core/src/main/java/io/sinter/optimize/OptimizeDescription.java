package io.sinter.optimize;

import io.sinter.error.MissingException;
import io.sinter.error.OutputException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.op.Opsets;
import io.sinter.output.Manifest;
import io.sinter.output.ModelCard;
import io.sinter.output.SinterVersion;
import io.sinter.quality.OutputQuality;
import io.sinter.source.CarriedFiles;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.GraphSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes what stands beside an optimised graph: the source's configuration and tokenizer, a model card, a manifest.
 *
 * @param target where the directory will be, for the card's title
 * @param notes what a user should know; what is found while writing is added
 */
record OptimizeDescription(GraphSource source, OptimizeOptions options, Path target, List<String> notes) {

    /** Writes into a directory that has the graph already. */
    void write(Path directory, OptimizeReport report, OptimizeResult result) {
        try {
            notes.addAll(CarriedFiles.copy(source.companions(), directory));
            source.checkpoint()
                    .ifPresent(c ->
                            notes.add("the checkpoint beside the graph was not carried along: it has other numbers"));
            Files.writeString(directory.resolve("README.md"), card(result).toMarkdown());
            Files.writeString(
                    directory.resolve(Manifest.FILE_NAME),
                    manifest(report, result).toJson());
        } catch (IOException e) {
            throw new OutputException(target + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private ModelCard card(OptimizeResult result) {
        List<String> facts = new ArrayList<>();
        facts.add("for %s, in %s%s"
                .formatted(
                        result.target(),
                        result.dtype(),
                        options.embedding()
                                .map(e -> ", token embeddings in " + label(e))
                                .orElse("")));
        facts.add("%,d bytes, before %,d; %d nodes, before %d"
                .formatted(result.bytesAfter(), result.bytesBefore(), result.nodesAfter(), result.nodesBefore()));
        for (OutputQuality output : result.quality().outputs()) {
            facts.add(String.format(
                    Locale.ROOT,
                    "output %s beside the full model's on %s: mean cosine %.5f, least %.5f, largest difference %.3g",
                    output.output(),
                    result.quality().samples(),
                    output.meanCosine(),
                    output.leastCosine(),
                    output.largestDifference()));
        }
        return ModelCard.ofOne(ModelCard.Kind.CONVERSION, target, source, facts, notes);
    }

    private Manifest manifest(OptimizeReport report, OptimizeResult result) {
        Optional<Manifest> before = Files.isDirectory(source.path()) ? Manifest.find(source.path()) : Optional.empty();
        Optional<Manifest.Result> known = before.map(Manifest::result);
        Optional<EmbeddingTable> table = table();
        Manifest.Result made = new Manifest.Result(
                known.map(Manifest.Result::kind).orElse("encoder"),
                table.map(EmbeddingTable::rows).orElse(0L),
                table.map(EmbeddingTable::width).orElse(0L),
                options.dtype().dtype().name(),
                "none",
                known.map(Manifest.Result::pooling).orElse(null),
                known.map(Manifest.Result::pooled).orElse(false),
                known.map(Manifest.Result::normalize).orElse(false),
                known.map(Manifest.Result::prompt).orElse(null),
                null);
        return new Manifest(
                SinterVersion.CURRENT,
                null,
                null,
                List.of(Manifest.Source.of(source)),
                made,
                report.toManifest(result.quality()),
                source.companions().otherTokenizers(),
                source.companions().inputSets(),
                Manifest.versionsUsed(Opsets.EMITTED),
                result.milliseconds(),
                List.copyOf(notes));
    }

    private Optional<EmbeddingTable> table() {
        try {
            return Optional.of(source.embeddingTable(source.readModel()));
        } catch (MissingException | UnsupportedException noTextModel) {
            return Optional.empty();
        }
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
