package io.sinter.optimize;

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
import io.sinter.source.EmbeddingTable;
import io.sinter.source.EmbeddingTableFinder;
import io.sinter.source.ModelConfig;
import tools.jackson.databind.JsonNode;

/**
 * Runs a graph and what became of it side by side.
 *
 * @param runtime runs both
 * @param options where
 * @param settings the bound and the texts
 */
public record GraphGate(Runtime runtime, SessionOptions options, GateSettings settings) {

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
            RandomInputs random = random(original, companions);
            Samples samples = Samples.of(expected.inputs(), companions, settings.texts(), random);
            QualityReport report = settings.gate().measure(expected, actual, samples);
            settings.gate().require(what, report);
            return report;
        }
    }

    private static RandomInputs random(Model model, Companions companions) {
        long image = companions.config().map(GraphGate::imageSize).orElse(RandomInputs.USUAL_IMAGE);
        try {
            EmbeddingTable table = EmbeddingTableFinder.find("the graph", model.graph());
            return new RandomInputs(table.inputIds().name(), table.rows(), image, Samples.SEED);
        } catch (MissingException | UnsupportedException noTable) {
            return new RandomInputs("input_ids", 1, image, Samples.SEED);
        }
    }

    private static long imageSize(ModelConfig config) {
        JsonNode own = config.json().path("image_size");
        JsonNode tower = config.json().path("vision_config").path("image_size");
        return own.isIntegralNumber() ? own.longValue() : tower.asLong(RandomInputs.USUAL_IMAGE);
    }
}
