package io.sinter.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.eval.MaskedDataset;
import io.sinter.eval.MaskedEvaluation;
import io.sinter.eval.StsDataset;
import io.sinter.eval.StsEvaluation;
import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.LogitsOptions;
import io.sinter.inference.MaskedLanguageModel;
import io.sinter.json.StrictJson;
import io.sinter.merge.ModelLocation;
import io.sinter.mergekit.MergekitReader;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.pooling.Pooling;
import io.sinter.progress.Progress;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.ModelSource;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Merges of real models, beside what PyTorch and transformers 5.17 gave for the same merges: losses of the fill-mask models
 * (masked_merges.json, float32 from float16 weights), and the score of two encoders whose weights numpy averaged.
 */
@Tag("slow")
class RealWeightMergesTest {

    private static final Path SAMPLES =
            Path.of("../../samples").toAbsolutePath().normalize();
    private static final JsonNode RECORDED =
            StrictJson.object(Path.of("src/test/resources/masked/masked_merges.json"), 1 << 20);

    @TempDir
    private Path folder;

    private Path merge(String recipe) {
        Path output = folder.resolve("merged");
        CheckpointPlan plan = CheckpointPlan.of(
                MergekitReader.parse(SAMPLES.resolve("recipes/merge.yaml"), recipe), ModelLocation.standard());
        new CheckpointMerger(Progress.NONE).merge(plan, output, Existing.REFUSE);
        return output;
    }

    private void assertRecordedLoss(Path model, String merge) {
        MaskedDataset fiction = MaskedDataset.read(SAMPLES.resolve("data/masked-fiction.safetensors"));
        try (MaskedLanguageModel opened =
                MaskedLanguageModel.open(new OrtRuntime(), ModelSource.open(model), LogitsOptions.DEFAULT)) {
            assertThat(MaskedEvaluation.run(opened, fiction).loss())
                    .isCloseTo(RECORDED.path(merge).path("fiction").path("loss").doubleValue(), within(2e-3));
        }
    }

    @Test
    void lossOfTheAverage_onFixedMasks_isTheRecordedOne() {
        assertRecordedLoss(merge("""
                        merge_method: linear
                        models: [{model: ../models/bert-mini-fiction}, {model: ../models/bert-mini-reference}]
                        parameters: {weight: 1}
                        """), "all weights averaged");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.4", "0.6", "0.7", "0.8", "1.0"})
    void lossOfTaskArithmetic_onFixedMasks_isTheRecordedOne(String lambda) {
        assertRecordedLoss(merge("""
                        merge_method: task_arithmetic
                        base_model: ../models/bert-mini
                        models: [{model: ../models/bert-mini-fiction}, {model: ../models/bert-mini-reference}]
                        parameters: {weight: 1, lambda: %s}
                        """.formatted(lambda)), "task arithmetic, lambda " + lambda);
    }

    @Test
    void scoreOfTwoEncoders_mergedFromTheirGraphs_isTheReferenceScore() {
        Path models = Path.of(System.getProperty("sinter.cache"), "models");
        Path merged = merge("""
                merge_method: linear
                models:
                  - {model: %s, parameters: {weight: 0.85}}
                  - {model: %s, parameters: {weight: 0.15}}
                """.formatted(
                        models.resolve("bge-small-en-v1.5/model.onnx"), models.resolve("e5-small-v2/model.onnx")));
        EmbedderOptions options =
                EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN).withMaxTokens(256);
        StsDataset dataset = StsDataset.read(SAMPLES.resolve("data/stsb-test.tsv"));
        try (Embedder embedder = Embedder.open(new OrtRuntime(), ModelSource.open(merged), options)) {
            assertThat(100 * StsEvaluation.run(embedder, dataset).spearman()).isCloseTo(87.04, within(0.02));
        }
    }
}
