package io.sinter.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.error.RecipeException;
import io.sinter.inference.EmbedderOptions;
import io.sinter.merge.WidthFit;
import io.sinter.quality.SampleTexts;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoders side by side with what is fitted to their vectors of texts in the graph. */
class FittedEnsembleTest {

    private static final String MODELS = """
            models:
              - {name: a, model: a, pooling: mean}
              - {name: b, model: b, pooling: mean}
            """;
    private static final String CENTRED =
            "combine: {level: sentence, method: concatenation, normalize_sources: true, centre_sources: true}\n";
    private static final String PLAIN = "combine: {level: sentence, method: concatenation, normalize_sources: true}\n";

    @TempDir
    Path temp;

    private EnsembleFolder folder;
    private List<String> texts;

    @BeforeEach
    void encoders() throws IOException {
        folder = new EnsembleFolder(temp);
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2), "bert_base");
        texts = SampleTexts.builtIn().texts().subList(0, 40);
        Files.write(temp.resolve("texts.txt"), texts);
    }

    @Test
    void centredConcatenation_overItsOwnTexts_hasAMeanOfZero() {
        EnsembleReport report = folder.merge(MODELS + CENTRED + "fit: {texts: texts.txt}\n", "out");

        TensorData vectors = folder.embed("out", EmbedderOptions.DEFAULT, texts);
        int width = (int) vectors.dim(1);
        float[] elements = vectors.toFloatArray();
        for (int i = 0; i < width; i++) {
            double sum = 0;
            for (int t = 0; t < texts.size(); t++) {
                sum += elements[t * width + i];
            }
            assertThat(sum / texts.size()).as("dimension %d", i).isCloseTo(0, within(1e-5));
        }
        assertThat(report.agreement().largestDifference()).isLessThan(1e-4);
        assertThat(report.notes())
                .contains("what is fitted is fitted on 40 texts of texts.txt")
                .anyMatch(note -> note.startsWith("b: the mean vector of 40 texts, which is taken off"));
    }

    @Test
    void svd_toAWidth_reportsWhatItKeeps() {
        EnsembleReport report =
                folder.merge(MODELS + "dimension: {to: 6, by: svd}\n" + CENTRED + "fit: {texts: texts.txt}\n", "out");

        assertThat(report.width()).isEqualTo(6);
        assertThat(folder.embed("out", EmbedderOptions.DEFAULT, texts).shape()).containsExactly(40L, 6L);
        WidthFit fit = report.fits().getFirst();
        assertThat(fit.rows()).isEqualTo(40);
        assertThat(Objects.requireNonNull(fit.explainedVariance())).isBetween(0.1, 1.0);
    }

    @Test
    void sample_ofASeed_isTheSameEachTimeAndAnotherForAnotherSeed() {
        String recipe = MODELS + CENTRED + "fit: {texts: texts.txt, sample: 12, seed: ";
        folder.merge(recipe + "5}\n", "one");
        folder.merge(recipe + "5}\n", "two");
        folder.merge(recipe + "6}\n", "three");

        float[] one = folder.embed("one", EmbedderOptions.DEFAULT, texts).toFloatArray();
        assertThat(folder.embed("two", EmbedderOptions.DEFAULT, texts).toFloatArray())
                .isEqualTo(one);
        assertThat(folder.embed("three", EmbedderOptions.DEFAULT, texts).toFloatArray())
                .isNotEqualTo(one);
        assertThat(FitTexts.of(
                        folder.recipe(recipe + "5}\n"),
                        Objects.requireNonNull(folder.recipe(recipe + "5}\n").fit())))
                .hasSize(12)
                .isSubsetOf(texts)
                .doesNotHaveDuplicates();
    }

    @Test
    void fittedRecipe_withoutTexts_saysWhatToAdd() {
        assertThatThrownBy(() -> folder.plan(MODELS + "dimension: {to: 6, by: gcca}\n" + PLAIN))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("dimension: by: gcca is fitted to the encoders' vectors of texts")
                .hasMessageContaining("add fit: {texts: FILE}");
        assertThatThrownBy(() -> folder.plan(MODELS + CENTRED))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("combine: centre_sources is fitted");
    }

    @Test
    void texts_whereNothingIsFitted_areRefused() {
        assertThatThrownBy(() -> folder.plan(MODELS + PLAIN + "fit: {texts: texts.txt}\n"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("fit: nothing of this recipe is fitted");
        assertThatThrownBy(() -> folder.plan(MODELS + "combine: {method: average}\nfit: {texts: texts.txt}\n"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("fit")
                .hasMessageContaining("tables are fitted on the tokens that the models share");
    }

    @Test
    void sample_largerThanTheFile_namesBoth() {
        assertThatThrownBy(() -> folder.plan(MODELS + CENTRED + "fit: {texts: texts.txt, sample: 41, seed: 1}\n"))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("fit: sample: got 41, but ")
                .hasMessageContaining("has 40 texts");
        assertThatThrownBy(() -> folder.plan(MODELS + CENTRED + "fit: {texts: texts.txt, sample: 4}\n"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("sample needs a seed");
    }

    @Test
    void svd_toMoreThanTheTextsAllow_leavesNothing() {
        assertThatThrownBy(() -> folder.merge(
                        MODELS + "dimension: {to: 12, by: svd}\n" + PLAIN
                                + "fit: {texts: texts.txt, sample: 8, seed: 1}\n",
                        "out"))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("12 components, but 8 rows");
        assertThat(temp.resolve("out")).doesNotExist();
    }

    @Test
    void centring_besideMapsOfEachModel_isRefused() {
        assertThatThrownBy(() -> folder.plan(MODELS
                        + "dimension: {to: a, by: procrustes}\n"
                        + "combine: {level: sentence, method: average, centre_sources: true}\n"
                        + "fit: {texts: texts.txt}\n"))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("by: procrustes maps each model by itself")
                .hasMessageContaining("procrustes does with centred: true");
    }
}
