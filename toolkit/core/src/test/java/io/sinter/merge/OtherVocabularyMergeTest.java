package io.sinter.merge;

import static io.sinter.merge.MergeFolder.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MissingException;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Value;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.tokenizer.Vocabulary;
import io.sinter.vocabulary.TokenForms;
import io.sinter.vocabulary.VocabularyAlignment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Models whose tokens differ: rows found, rows made, heads that follow, the tokenizer that goes along. */
class OtherVocabularyMergeTest {

    private static final Path MODELS =
            Path.of("src/test/resources/golden/models").toAbsolutePath();
    private static final String BERT_TABLE = "bert.embeddings.word_embeddings.weight";
    private static final String BERT_BIAS = "cls.predictions.bias";

    @TempDir
    Path temp;

    private MergeFolder folder;

    @BeforeEach
    void open() {
        folder = new MergeFolder(temp);
    }

    private static String recipe(String body, String donor, String missing, String mode) {
        return """
                models: [{name: body, model: "%1$s/%2$s"}, {name: donor, model: "%1$s/%3$s"}]
                body: body
                vocabulary: {from: donor, missing: %4$s, min_coverage: 0.05}
                combine: {method: select, source: 1}
                mode: %5$s
                """.formatted(MODELS, body, donor, missing, mode);
    }

    private static SafetensorsFile weights(Path directory) {
        return SafetensorsFile.open(directory.resolve("model.safetensors"));
    }

    private static Vocabulary vocabulary(String model) {
        return TokenizerJson.load(MODELS.resolve(model)).vocabulary();
    }

    private static int[] counterparts(String target, String source) {
        return VocabularyAlignment.of(
                        TokenForms.of(TokenizerJson.load(MODELS.resolve(target))),
                        TokenForms.of(TokenizerJson.load(MODELS.resolve(source))))
                .rows();
    }

    @ParameterizedTest
    @CsvSource({
        "bert_mlm_tied, roberta_mlm_untied",
        "roberta_mlm_tied, bert_mlm_untied",
        "bert_mlm_untied, roberta_base"
    })
    void transplant_writesTheDonorsTokenizer_andATableOfItsSize(String body, String donor) throws IOException {
        Path out = folder.merge(recipe(body, donor, "{method: mean}", "bake"), "out");

        int tokens = vocabulary(donor).rowsNeeded();
        assertThat(TokenizerJson.load(out).vocabulary().size())
                .isEqualTo(vocabulary(donor).size());
        JsonNode config = JsonMapper.shared().readTree(Files.readString(out.resolve("config.json")));
        assertThat(config.path("vocab_size").intValue()).isEqualTo(tokens);
        assertThat(weights(out).names())
                .containsExactlyInAnyOrderElementsOf(
                        weights(MODELS.resolve(body)).names());
        Value logits = Objects.requireNonNull(
                OnnxReader.read(out.resolve("model.onnx")).graph().value("logits"));
        assertThat(Objects.requireNonNull(Objects.requireNonNull(logits.type()).shape())
                        .dim(-1))
                .isEqualTo(Dim.of(tokens));
        assertThat(MergeFolder.verify(out))
                .allMatch(check -> check.outcome() == OutputVerification.Check.Outcome.PASSED, "passed");
    }

    @Test
    void rowsAndBiases_areTheBodysWhereItHasTheToken_elseMadeByTheMethod() {
        Path out = folder.merge(recipe("bert_mlm_tied", "roberta_mlm_untied", "{method: mean}", "bake"), "out");

        int[] rows = counterparts("roberta_mlm_untied", "bert_mlm_tied");
        assertThat(Arrays.stream(rows).filter(r -> r >= 0).count()).isGreaterThan(50);
        SafetensorsFile before = weights(MODELS.resolve("bert_mlm_tied"));
        assertFollows(weights(out).tensor(BERT_TABLE), before.tensor(BERT_TABLE), rows);
        assertFollows(column(weights(out).tensor(BERT_BIAS)), column(before.tensor(BERT_BIAS)), rows);
    }

    @Test
    void biases_ofABodyWhoseRowsAreNotRead_areMadeAllTheSame() {
        String recipe = recipe("bert_mlm_tied", "roberta_mlm_untied", "{method: mean}", "bake")
                .replace("source: 1", "source: 2")
                .concat("dimension: {to: body, by: ridge}\n");

        Path out = folder.merge(recipe, "out");

        assertFollows(
                column(weights(out).tensor(BERT_BIAS)),
                column(weights(MODELS.resolve("bert_mlm_tied")).tensor(BERT_BIAS)),
                counterparts("roberta_mlm_untied", "bert_mlm_tied"));
    }

    private static TensorData column(TensorData vector) {
        return vector.reshape(List.of(vector.dim(0), 1L));
    }

    /** Row t is row {@code rows[t]} of what was before, or the mean of all of those. */
    private static void assertFollows(TensorData after, TensorData before, int[] rows) {
        double[] mean = Rows.mean(before);
        float[] got = floats(after);
        float[] old = floats(before);
        int width = mean.length;
        assertThat(after.dim(0)).isEqualTo(rows.length);
        for (int t = 0; t < rows.length; t++) {
            for (int i = 0; i < width; i++) {
                double expected = rows[t] < 0 ? mean[i] : old[rows[t] * width + i];
                assertThat((double) got[t * width + i]).isCloseTo(expected, within(1e-5));
            }
        }
    }

    @Test
    void untiedHead_followsTheVocabulary() {
        Path out = folder.merge(recipe("bert_mlm_untied", "roberta_mlm_untied", "{method: mean}", "bake"), "out");

        int[] rows = counterparts("roberta_mlm_untied", "bert_mlm_untied");
        String decoder = "cls.predictions.decoder.weight";
        SafetensorsFile before = weights(MODELS.resolve("bert_mlm_untied"));
        assertFollows(weights(out).tensor(decoder), before.tensor(decoder), rows);
        float[] logits =
                MergeFolder.run(out.resolve("model.onnx"), MergeFolder.ids(200)).get("logits");
        assertThat(logits.length % rows.length).isZero();
    }

    @Test
    void live_keepsTheBodysTable_andAnIdTable() {
        Path out = folder.merge(recipe("bert_mlm_tied", "roberta_mlm_untied", "{method: subtoken}", "live"), "out");

        assertThat(OnnxReader.read(out.resolve("model.onnx")).graph().initializers())
                .anyMatch(value -> value.name().contains("ids")
                        && Objects.requireNonNull(value.initializer()).dim(0)
                                == vocabulary("roberta_mlm_untied").rowsNeeded());
        assertThat(MergeFolder.verify(out))
                .allMatch(check -> check.outcome() == OutputVerification.Check.Outcome.PASSED, "passed");
    }

    @Test
    void average_ofModelsOfTwoFamilies_hasTheBodysTokens() {
        Path out = folder.merge("""
                models: [{name: bert, model: "%1$s/bert_mlm_tied"}, {name: roberta, model: "%1$s/roberta_mlm_tied"}]
                body: bert
                vocabulary: {from: bert, missing: {method: zero}}
                dimension: {to: bert, by: ridge, alpha: 0.1}
                combine: {method: average}
                """.formatted(MODELS), "out");

        assertThat(out.resolve("tokenizer.json"))
                .hasSameBinaryContentAs(MODELS.resolve("bert_mlm_tied").resolve("tokenizer.json"));
        assertThat(MergeFolder.verify(out))
                .allMatch(check -> check.outcome() == OutputVerification.Check.Outcome.PASSED, "passed");
    }

    @Test
    void focus_measuresInVectorsTrainedOnAText() throws IOException {
        Files.writeString(temp.resolve("text.txt"), "the numbers of the rain and the wind\n".repeat(50));
        String method = "{method: focus, auxiliary: {text: %s, width: 8}}";
        Path trained = folder.merge(
                recipe("bert_mlm_tied", "roberta_mlm_untied", method.formatted(temp.resolve("text.txt")), "bake"), "a");
        Path plain = folder.merge(recipe("bert_mlm_tied", "roberta_mlm_untied", "{method: focus}", "bake"), "b");

        assertThat(weights(trained)
                        .tensor(BERT_TABLE)
                        .contentEquals(weights(plain).tensor(BERT_TABLE)))
                .isFalse();
        assertThatThrownBy(() -> folder.merge(
                        recipe("bert_mlm_tied", "roberta_mlm_untied", method.formatted("none.txt"), "bake"), "c"))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("none.txt: no such file");
    }

    @Test
    void plan_saysHowManyTokensWereFoundHow() {
        assertThat(folder.plan(recipe("bert_mlm_tied", "roberta_mlm_untied", "{method: mean}", "bake"))
                        .notes())
                .anySatisfy(
                        note -> assertThat(note)
                                .matches(
                                        "body has [0-9]+ of the 283 tokens \\(.* %: .*exact.*\\); [0-9]+ rows are made by mean"));
    }

    @Test
    void tooFewTokensInCommon_areRefused() {
        assertThatThrownBy(() -> folder.plan(recipe("bert_mlm_tied", "roberta_mlm_untied", "{method: mean}", "bake")
                        .replace("min_coverage: 0.05", "min_coverage: 0.99")))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("expected 99 % at least")
                .hasMessageContaining("sinter tokens");
    }

    @Test
    void tableWithoutTokenizer_cannotBeAligned() {
        SafetensorsWriter.write(
                folder.directory("bare").resolve("t.safetensors"), Map.of("t", TinyModels.table(1)), Map.of());

        assertThatThrownBy(() -> folder.plan("""
                        models: [{name: body, model: "%s/bert_mlm_tied"}, {name: t, model: bare/t.safetensors}]
                        body: body
                        vocabulary: {from: body, missing: {method: mean}}
                        combine: {method: average}
                        """.formatted(MODELS)))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("t has no tokenizer.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{from: nobody, missing: {method: mean}}",
                "{from: body, missing: {method: meen}}",
                "{from: body, missing: mean}"
            })
    void section_isChecked(String vocabulary) {
        assertThatThrownBy(() -> folder.recipe("""
                        models: [{name: body, model: a}]
                        vocabulary: %s
                        combine: {method: average}
                        """.formatted(vocabulary)))
                .hasMessageContaining("vocabulary")
                .hasMessageContaining("m");
    }
}
