package io.sinter.merge;

import static io.sinter.merge.MergeFolder.difference;
import static io.sinter.merge.MergeFolder.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.WidthMethod;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.vocabulary.TokenizerPermutation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Which tokens a merge has: laws of permuted, united and common vocabularies, widths, and what is chosen by itself. */
class TargetVocabularyMergeTest {

    private static final Path MODELS =
            Path.of("src/test/resources/golden/models").toAbsolutePath();
    private static final String TABLE = "bert.embeddings.word_embeddings.weight";

    @TempDir
    Path temp;

    private MergeFolder folder;

    @BeforeEach
    void open() {
        folder = new MergeFolder(temp);
    }

    private static TensorData table(Path directory) {
        return SafetensorsFile.open(directory.resolve("model.safetensors")).tensor(TABLE);
    }

    private Path copy(String model, String name) {
        Path directory = folder.directory(name);
        try (Stream<Path> files = Files.list(MODELS.resolve(model))) {
            for (Path file : files.toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory;
    }

    /** The same tokens under other ids, seed 5; returns where each id went. */
    private static int[] permute(Path directory) throws IOException {
        TokenizerJson tokenizer = TokenizerJson.load(directory);
        List<Integer> ids = new ArrayList<>(
                IntStream.range(0, tokenizer.vocabulary().rowsNeeded()).boxed().toList());
        Collections.shuffle(ids, new Random(5));
        int[] order = ids.stream().mapToInt(Integer::intValue).toArray();
        Files.write(
                directory.resolve(TokenizerJson.FILE_NAME),
                TokenizerPermutation.of(tokenizer, order).bytes());
        return order;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert_mlm_tied", "bert_mlm_untied"})
    void ownVocabularyUnderOtherIds_isThePermutation(String model) throws IOException {
        int[] order = permute(copy(model, "permuted"));
        Path out = folder.merge("""
                models: [{name: body, model: "%s/%s"}, {name: permuted, model: permuted}]
                body: body
                vocabulary: {from: permuted, missing: {method: zero}}
                combine: {method: select}
                """.formatted(MODELS, model), "out");

        Path plain = folder.merge("""
                models: [{name: body, model: "%s/%s"}]
                body: body
                combine: {method: average}
                """.formatted(MODELS, model), "plain");
        int rows = order.length;
        long[] ids = MergeFolder.ids(rows);
        float[] before = MergeFolder.run(plain.resolve("model.onnx"), ids).get("logits");
        long[] renamed = Arrays.stream(ids).map(id -> order[(int) id]).toArray();
        float[] after = MergeFolder.run(out.resolve("model.onnx"), renamed).get("logits");
        assertThat(after).hasSameSizeAs(before);
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i / rows * rows + order[i % rows]]).isCloseTo(before[i], within(1e-4f));
        }
    }

    @Test
    void union_ofAModelWithItself_isTheModel() {
        copy("bert_mlm_tied", "twin");
        Path out = folder.merge("""
                models: [{name: body, model: "%s/bert_mlm_tied"}, {name: twin, model: twin}]
                body: body
                vocabulary: {from: union}
                combine: {method: select}
                """.formatted(MODELS), "out");

        assertThat(table(out).contentEquals(table(MODELS.resolve("bert_mlm_tied"))))
                .isTrue();
        assertThat(TokenizerJson.load(out).vocabulary())
                .isEqualTo(TokenizerJson.load(MODELS.resolve("bert_mlm_tied")).vocabulary());
    }

    @ParameterizedTest
    @ValueSource(strings = {"uncovered", "all"})
    void union_keepsTheBodysRows_andMakesTheOthers(String add) {
        Path out = folder.merge("""
                models: [{name: body, model: "%1$s/bert_mlm_tied"}, {name: other, model: "%1$s/xlmr_charsmap"}]
                body: body
                vocabulary: {from: union, add: %2$s, missing: {method: ridge}, min_coverage: 0}
                combine: {method: select}
                """.formatted(MODELS, add), "out");

        TensorData before = table(MODELS.resolve("bert_mlm_tied"));
        TensorData after = table(out);
        assertThat(after.rows(0, before.dim(0)).contentEquals(before)).isTrue();
        assertThat(TokenizerJson.load(out).vocabulary().rowsNeeded()).isEqualTo((int) after.dim(0));
        assertThat(MergeFolder.verify(out))
                .allMatch(check -> check.outcome() == OutputVerification.Check.Outcome.PASSED, "passed");
    }

    @Test
    void intersection_hasTheBodysRowsOfTheTokensThatBothHave() {
        Path out = folder.merge("""
                models: [{name: body, model: "%1$s/bert_mlm_tied"}, {name: other, model: "%1$s/bert_mlm_untied"}]
                body: body
                vocabulary: {from: intersection, min_coverage: 0}
                combine: {method: select}
                """.formatted(MODELS), "out");

        TokenizerJson before = TokenizerJson.load(MODELS.resolve("bert_mlm_tied"));
        TokenizerJson after = TokenizerJson.load(out);
        assertThat(after.vocabulary().size()).isLessThan(before.vocabulary().size());
        after.vocabulary().ids().forEach((token, id) -> {
            int old = before.vocabulary().id(token).orElseThrow();
            assertThat(table(out).rows(id, id + 1).toFloatArray())
                    .containsExactly(table(MODELS.resolve("bert_mlm_tied"))
                            .rows(old, old + 1)
                            .toFloatArray());
        });
    }

    @Test
    void padding_keepsItsId_whereTheBodyCountsPositionsFromIt() throws IOException {
        String recipe = """
                models: [{name: roberta, model: "%1$s/roberta_mlm_tied"}, {name: bert, model: "%1$s/bert_mlm_tied"}]
                body: roberta
                vocabulary: {from: bert, missing: {method: mean}, min_coverage: 0}
                combine: {method: select}
                """.formatted(MODELS);

        assertThat(folder.plan(recipe).notes()).anyMatch(note -> note.startsWith("padding keeps the id 1"));
        Path out = folder.merge(recipe, "out");
        JsonNode config = JsonMapper.shared().readTree(Files.readString(out.resolve("config.json")));
        assertThat(config.path("pad_token_id").intValue()).isEqualTo(1);
        assertThat(TokenizerJson.load(out).vocabulary().special(SpecialToken.PAD))
                .hasValue(1);
        assertThat(MergeFolder.verify(out))
                .allMatch(check -> check.outcome() == OutputVerification.Check.Outcome.PASSED, "passed");
    }

    @Test
    void clip_whichFindsTextsByTheIdOfTheirEnd_takesNoOtherVocabulary() {
        assertThatThrownBy(() -> folder.plan("""
                        models: [{name: clip, model: "%1$s/clip_base"}, {name: bert, model: "%1$s/bert_mlm_tied"}]
                        body: clip
                        vocabulary: {from: bert, missing: {method: mean}, min_coverage: 0}
                        combine: {method: select}
                        """.formatted(MODELS)))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("model_type clip");
    }

    @Test
    void orderOfModels_doesNotChangeAnAverage() {
        String recipe = """
                models: [%s]
                body: bert
                vocabulary: {from: bert}
                dimension: {to: bert, by: procrustes}
                combine: {method: average}
                """;
        String bert = "{name: bert, model: \"%s/bert_mlm_tied\"}".formatted(MODELS);
        String roberta = "{name: roberta, model: \"%s/roberta_mlm_tied\"}".formatted(MODELS);

        Path first = folder.merge(recipe.formatted(bert + ", " + roberta), "first");
        Path second = folder.merge(recipe.formatted(roberta + ", " + bert), "second");

        assertThat(difference(floats(table(first)), floats(table(second)))).isLessThan(1e-6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"by: procrustes", "by: procrustes, scaled: true, centred: true", "by: ridge, alpha: 0"})
    void rotatedTable_isTurnedBack(String by) {
        TensorData table = TinyModels.table(1);
        folder.model("a", TinyModels.encoder(table));
        folder.model("turned", TinyModels.encoder(turned(table)));

        Path out = folder.merge("""
                models: [{name: a, model: a}, {name: turned, model: turned}]
                body: a
                dimension: {to: a, %s}
                combine: {method: average}
                """.formatted(by), "out");

        float[] merged = floats(MergeFolder.table(out.resolve("model.onnx")).data());
        assertThat(difference(merged, table.toFloatArray())).isLessThan(1e-6);
    }

    /** Columns in reverse order, the first with its sign changed: an orthogonal map. */
    private static TensorData turned(TensorData table) {
        int width = (int) table.dim(1);
        float[] values = table.toFloatArray();
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            int column = i % width;
            result[i - column + width - 1 - column] = column == 0 ? -values[i] : values[i];
        }
        return TensorData.of(table.shape(), result);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cca", "gcca", "whitening", "pca", "svd"})
    void commonSpace_hasTheWidthAskedFor(String by) {
        folder.model("a", TinyModels.encoder(TinyModels.table(1)));
        folder.model("b", TinyModels.encoder(TinyModels.table(2)));
        boolean reduces = by.equals("pca") || by.equals("svd");

        Path out = folder.merge("""
                models: [{name: a, model: a}, {name: b, model: b}]
                dimension: {to: 5, by: %s}
                combine: {method: %s}
                """.formatted(by, reduces ? "concatenation" : "average"), "out");

        assertThat(MergeFolder.table(out.resolve("model.onnx")).width()).isEqualTo(5);
        assertThat(MergeFolder.verify(out))
                .allMatch(check -> check.outcome() == OutputVerification.Check.Outcome.PASSED, "passed");
    }

    @Test
    void modelsByName_ofTwoFamilies_getAVocabularyAndAWidth() {
        Recipe recipe = CompactRecipe.of(
                List.of(
                        MODELS.resolve("bert_mlm_tied").toString(),
                        MODELS.resolve("roberta_mlm_tied").toString()),
                temp,
                OptionalDouble.of(0.1),
                ModelLocation.standard());

        assertThat(Objects.requireNonNull(recipe.vocabulary()).minCoverage()).isEqualTo(0.1);
        assertThat(Objects.requireNonNull(recipe.vocabulary()).from()).isEqualTo("bert_mlm_tied");
        assertThat(recipe.vocabulary().missing().method()).isEqualTo("omp");
        assertThat(Objects.requireNonNull(recipe.dimension()).by()).isInstanceOf(WidthMethod.Ridge.class);
    }

    @Test
    void modelsByName_ofOneOrigin_areSimplyAveraged() {
        folder.model("a", TinyModels.encoder(TinyModels.table(1)));
        folder.model("b", TinyModels.encoder(TinyModels.table(1)));

        Recipe recipe = CompactRecipe.of(List.of("a", "b"), temp, OptionalDouble.empty(), ModelLocation.standard());

        assertThat(recipe.vocabulary()).isNull();
        assertThat(recipe.dimension()).isNull();
        assertThat(recipe.combine().combiner().method()).isEqualTo("average");
    }

    @Test
    void modelsByName_ofOneWidthAndOtherSpaces_areTurned() {
        folder.model("a", TinyModels.encoder(TinyModels.table(1)));
        folder.model("b", TinyModels.encoder(TinyModels.table(2)));

        Recipe recipe = CompactRecipe.of(List.of("a", "b"), temp, OptionalDouble.empty(), ModelLocation.standard());

        assertThat(Objects.requireNonNull(recipe.dimension()).by()).isInstanceOf(WidthMethod.Procrustes.class);
    }
}
