package io.sinter.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.json.StrictJson;
import io.sinter.runtime.OrtRuntime;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.source.ModelSource;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ClassifierTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/models");
    private static final int TOKENS = 211;

    /** "the". */
    private static final int THE = 100;

    @TempDir
    Path folder;

    /** A classifier in which each "the" adds these logits. */
    private Classifier open(String config, float... logits) throws IOException {
        TensorData table = TensorData.allocate(DType.FLOAT, List.of((long) TOKENS, (long) logits.length));
        for (int i = 0; i < logits.length; i++) {
            table.data().setAtIndex(TensorData.F32, (long) THE * logits.length + i, logits[i]);
        }
        LogitsGraphs.classifier(folder, GOLDEN.resolve("bert_base/tokenizer.json"), table);
        Files.writeString(folder.resolve("config.json"), config);
        return Classifier.open(new OrtRuntime(), ModelSource.open(folder), LogitsOptions.DEFAULT);
    }

    @Test
    void labels_haveSoftmaxProbabilities_bestFirst_inTheOrderOfTheTexts() throws IOException {
        try (Classifier classifier =
                open("{\"id2label\": {\"0\": \"bad\", \"1\": \"good\"}}", 0, (float) Math.log(3))) {
            List<List<Classifier.Score>> scores = classifier.classify(List.of("a", "the", "the the dog dog dog"));

            assertThat(scores.get(0)).extracting(Classifier.Score::score).containsExactly(0.5, 0.5);
            assertThat(scores.get(1)).extracting(Classifier.Score::label).containsExactly("good", "bad");
            assertThat(scores.get(1).getFirst().score()).isCloseTo(0.75, within(1e-6));
            assertThat(scores.get(2).getFirst().score()).isCloseTo(0.9, within(1e-6));
        }
    }

    @Test
    void pairs_areReadTogether() throws IOException {
        try (Classifier classifier = open("{}", 0, (float) Math.log(3))) {
            assertThat(classifier.classifyPairs(List.of("the"), List.of("the")).getFirst())
                    .first()
                    .satisfies(s -> assertThat(s.label()).isEqualTo("LABEL_1"))
                    .satisfies(s -> assertThat(s.score()).isCloseTo(0.9, within(1e-6)));
        }
    }

    @Test
    void labelsThatDoNotExcludeEachOther_haveSigmoids() throws IOException {
        try (Classifier classifier =
                open("{\"problem_type\": \"multi_label_classification\"}", 0, (float) Math.log(3))) {
            List<Classifier.Score> scores = classifier.classify(List.of("the")).getFirst();

            assertThat(scores.get(0).score()).isCloseTo(0.75, within(1e-6));
            assertThat(scores.get(1).score()).isCloseTo(0.5, within(1e-6));
        }
    }

    @Test
    void regression_givesTheNumberItself() throws IOException {
        try (Classifier classifier = open("{}", 2.5f)) {
            assertThat(classifier.classify(List.of("the")).getFirst())
                    .containsExactly(new Classifier.Score("LABEL_0", 2.5));
        }
    }

    @Test
    void labelsOfAnotherNumber_areRefused() throws IOException {
        try (Classifier classifier = open("{\"id2label\": {\"0\": \"bad\", \"1\": \"good\"}}", 0, 1, 2)) {
            assertThatThrownBy(() -> classifier.classify(List.of("the")))
                    .isInstanceOf(IncompatibleException.class)
                    .hasMessageContaining("3 logits, but config.json's id2label names 2 labels");
        }
    }

    @Test
    void checkpoint_isBuiltAndRun() {
        Path model = GOLDEN.resolve("bert_cls3");
        JsonNode batch =
                StrictJson.object(model.resolve("golden.json"), 1 << 22).path("batch");
        String text = batch.path("entries").path(0).path(0).stringValue();
        float[] golden = SafetensorsFile.open(model.resolve("golden.safetensors"))
                .tensor("logits")
                .toFloatArray();
        double sum = Math.exp(golden[0]) + Math.exp(golden[1]) + Math.exp(golden[2]);
        try (Classifier classifier =
                Classifier.open(new OrtRuntime(), ModelSource.open(model), LogitsOptions.DEFAULT.withMaxTokens(20))) {
            List<Classifier.Score> scores = classifier.classify(List.of(text)).getFirst();

            for (Classifier.Score score : scores) {
                int id = score.label().charAt(score.label().length() - 1) - '0';
                assertThat(score.score()).isCloseTo(Math.exp(golden[id]) / sum, within(1e-4));
            }
        }
    }
}
