package io.sinter.optimize;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Model;
import io.sinter.quality.QualityReport;
import io.sinter.quality.RandomInputs;
import io.sinter.quality.Samples;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.Companions;
import io.sinter.source.Constants;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.EmbeddingTableFinder;
import io.sinter.source.IndexSource;
import io.sinter.source.ModelConfig;
import io.sinter.source.TableRows;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/**
 * Runs a graph and what became of it side by side.
 *
 * @param runtime runs both
 * @param options where
 * @param settings the bound and the texts
 */
public record GraphGate(Runtime runtime, SessionOptions options, GateSettings settings) {

    /** Positions that RoBERTa's tables keep to themselves. */
    private static final long RESERVED_POSITIONS = 2;

    /** Tables of fewer rows that are looked up by fixed indices are of token types. */
    private static final long FEWEST_POSITIONS = 16;

    /** A session to open, of a file or of a model in memory. */
    @FunctionalInterface
    public interface Opener {
        /** Opens it. */
        Session open(Runtime runtime, SessionOptions options);
    }

    /**
     * Compares all outputs and refuses what is too far off.
     *
     * @param what the model, for messages
     * @param companions the files beside the full model
     * @param original the full graph, from which token ids and image extents are known
     * @throws io.sinter.error.VerificationException if the reduced model is too far off
     */
    public QualityReport check(String what, Companions companions, Model original, Opener full, Opener reduced) {
        try (Session expected = full.open(runtime, options);
                Session actual = reduced.open(runtime, options)) {
            Optional<EmbeddingTable> table = table(original);
            table.ifPresent(t -> requireRows(what, companions, t));
            Samples samples = Samples.of(
                    expected.inputs(),
                    companions,
                    settings.texts(),
                    maxTokens(companions, table),
                    random(companions, table));
            QualityReport report = settings.gate().measure(expected, actual, samples);
            settings.gate().require(what, report);
            return report;
        }
    }

    private static void requireRows(String what, Companions companions, EmbeddingTable table) {
        companions
                .findTokenizer()
                .flatMap(json -> TableRows.problem(OptionalLong.of(table.rows()), json.vocabulary()))
                .ifPresent(problem -> {
                    throw new IncompatibleException(what + ": " + problem);
                });
    }

    private static Optional<EmbeddingTable> table(Model model) {
        try {
            return Optional.of(EmbeddingTableFinder.find("the graph", model.graph()));
        } catch (MissingException | UnsupportedException noTextModel) {
            return Optional.empty();
        }
    }

    private static RandomInputs random(Companions companions, Optional<EmbeddingTable> table) {
        long image = companions.config().map(GraphGate::imageSize).orElse(RandomInputs.USUAL_IMAGE);
        return table.map(t -> new RandomInputs(t.inputIds().name(), t.rows(), image, Samples.SEED))
                .orElseGet(() -> new RandomInputs("input_ids", 1, image, Samples.SEED));
    }

    /** As many as the graph's tables of positions and the configuration have room for. */
    private static int maxTokens(Companions companions, Optional<EmbeddingTable> table) {
        LongStream positions = table.stream()
                .flatMap(t -> t.others().stream())
                .filter(other -> !(other.index() instanceof IndexSource.Input))
                .map(other -> Constants.elements(other.table()))
                .flatMap(Optional::stream)
                .mapToLong(data -> data.dim(0))
                .filter(rows -> rows >= FEWEST_POSITIONS);
        LongStream declared = companions.config().map(ModelConfig::maxPositionEmbeddings).stream()
                .flatMapToLong(OptionalLong::stream);
        long least = LongStream.concat(positions, declared).min().orElse(Samples.MAX_TOKENS + RESERVED_POSITIONS);
        return (int) Math.clamp(least - RESERVED_POSITIONS, 3L, Samples.MAX_TOKENS);
    }

    private static long imageSize(ModelConfig config) {
        JsonNode own = config.json().path("image_size");
        JsonNode tower = config.json().path("vision_config").path("image_size");
        return own.isIntegralNumber() ? own.longValue() : tower.asLong(RandomInputs.USUAL_IMAGE);
    }
}
