package io.sinter.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.inference.LogitsOptions;
import io.sinter.inference.MaskFiller;
import io.sinter.inference.MaskedLanguageModel;
import io.sinter.json.StrictJson;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.ModelSource;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The sample models, against what transformers 5.17 computed with them. */
@Tag("slow")
class RealMaskedModelsTest {

    private static final Path SAMPLES = Path.of("../../samples");
    private static final JsonNode RECORDED =
            StrictJson.object(Path.of("src/test/resources/masked/masked_eval.json"), 1 << 20);

    private static MaskedLanguageModel open(String model) {
        return MaskedLanguageModel.open(
                new OrtRuntime(), ModelSource.open(SAMPLES.resolve("models").resolve(model)), LogitsOptions.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert-mini-fiction", "bert-mini-reference"})
    void lossAndAccuracy_onFixedMasks_areTransformers(String name) {
        MaskedDataset dataset = MaskedDataset.read(SAMPLES.resolve("data/masked-fiction.safetensors"));
        JsonNode recorded = RECORDED.path("losses").path(name);
        try (MaskedLanguageModel model = open(name)) {
            MaskedResult result = MaskedEvaluation.run(model, dataset);

            assertThat(dataset.positions()).isEqualTo(recorded.path("positions").intValue());
            assertThat(result.loss()).isCloseTo(recorded.path("loss").doubleValue(), within(1e-3));
            assertThat(result.accuracy()).isCloseTo(recorded.path("accuracy").doubleValue(), within(1e-3));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert-mini-fiction", "bert-mini-reference"})
    void fills_ofTheRecordedPrompts_areTransformers(String name) {
        List<JsonNode> prompts = RECORDED.path("fills").path(name).valueStream().toList();
        assertThat(prompts).hasSize(20);
        try (MaskFiller filler = MaskFiller.of(open(name))) {
            List<MaskFiller.Filled> filled = filler.fill(
                    prompts.stream().map(p -> p.path("text").stringValue()).toList(), 5);
            SoftAssertions.assertSoftly(soft -> {
                for (int i = 0; i < prompts.size(); i++) {
                    JsonNode top = prompts.get(i).path("top5");
                    List<MaskFiller.Fill> fills =
                            filled.get(i).masks().getFirst().fills();
                    for (int f = 0; f < 5; f++) {
                        MaskFiller.Fill fill = fills.get(f);
                        soft.assertThat(fill.id())
                                .as(prompts.get(i).toString())
                                .isEqualTo(top.get(f).get(0).intValue());
                        soft.assertThat(fill.token())
                                .isEqualTo(top.get(f).get(1).stringValue());
                        soft.assertThat(fill.probability())
                                .isCloseTo(top.get(f).get(2).doubleValue(), within(1e-3));
                    }
                }
            });
        }
    }
}
