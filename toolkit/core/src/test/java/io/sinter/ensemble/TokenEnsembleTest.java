package io.sinter.ensemble;

import static io.sinter.ensemble.EnsembleFolder.TEXTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.combine.ContextCombiners;
import io.sinter.ensemble.TinyEncoders.Form;
import io.sinter.error.RecipeException;
import io.sinter.inference.EmbedderOptions;
import io.sinter.onnx.ir.Value;
import io.sinter.pooling.Pooling;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders side by side, their token vectors combined. A tiny encoder's vector of a token depends on that token alone. */
class TokenEnsembleTest {

    private static final EmbedderOptions MEAN = EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN);
    private static final String CONCATENATION = """
            models: [{name: a, model: a}, {name: b, model: b}]
            combine: {level: token, method: concatenation}
            """;

    @TempDir
    Path temp;

    private EnsembleFolder folder;

    @BeforeEach
    void open() {
        folder = new EnsembleFolder(temp);
    }

    private static void assertHalves(TensorData merged, TensorData first, TensorData second) {
        for (int row = 0; row < merged.dim(0); row++) {
            float[] left = first.rows(row, row + 1).toFloatArray();
            float[] right = second.rows(row, row + 1).toFloatArray();
            float[] got = merged.rows(row, row + 1).toFloatArray();
            assertThat(got).hasSize(left.length + right.length);
            for (int i = 0; i < got.length; i++) {
                float expected = i < left.length ? left[i] : right[i - left.length];
                assertThat(got[i]).as("row %d, column %d", row, i).isCloseTo(expected, within(1e-5f));
            }
        }
    }

    @Test
    void tokensOfOneTokenizer_standBesideEachOther() {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2).withWidth(12), "bert_base");

        EnsembleReport report = folder.merge(CONCATENATION, "out");

        assertThat(report.agreement().largestDifference()).isLessThan(1e-5);
        assertThat(folder.graph("out").graph().outputs())
                .extracting(Value::name)
                .containsExactly("last_hidden_state");
        assertHalves(folder.embed("out", MEAN, TEXTS), folder.embed("a", MEAN, TEXTS), folder.embed("b", MEAN, TEXTS));
    }

    @Test
    void tokensOfTwoTokenizers_standBesideThoseOfTheSameCharacters() {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2), "roberta_base");

        EnsembleReport report = folder.merge(CONCATENATION + "output: {pooling: mean}\n", "out");

        assertThat(report.agreement().largestDifference()).isLessThan(1e-5);
        // One token of each tokenizer, with one that begins and one that ends: the means are of the same three.
        List<String> one = List.of("x");
        assertHalves(
                folder.embed("out", EmbedderOptions.DEFAULT, one),
                folder.embed("a", MEAN, one),
                folder.embed("b", MEAN, one));
        assertThat(folder.embed("out", EmbedderOptions.DEFAULT, TEXTS).dim(1)).isEqualTo(16);
    }

    @Test
    void prompt_ofOneEncoder_hasNoTokensBesideIt() {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2), "bert_base");

        folder.merge(CONCATENATION.replace("model: b}", "model: b, prompt: \"the \"}"), "out");

        assertThat(folder.graph("out").graph().inputs()).extracting(Value::name).contains("b.input_ids", "b.spans");
        assertHalves(folder.embed("out", MEAN, TEXTS), folder.embed("a", MEAN, TEXTS), folder.embed("b", MEAN, TEXTS));
    }

    @Test
    void prompt_ofTheFirstEncoder_standsBesideZeros() {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2), "bert_base");

        EnsembleReport report = folder.merge(CONCATENATION.replace("model: a}", "model: a, prompt: \"the \"}"), "out");

        assertThat(report.agreement().largestDifference()).isLessThan(1e-5);
        float[] merged = folder.embed("out", MEAN, List.of("x")).toFloatArray();
        float[] prompted =
                folder.embed("a", MEAN.withPrompt("the "), List.of("x")).toFloatArray();
        float[] alone = folder.embed("b", MEAN, List.of("x")).toFloatArray();
        for (int i = 0; i < prompted.length; i++) {
            assertThat(merged[i]).isCloseTo(prompted[i], within(1e-5f));
            // Three vectors over four tokens.
            assertThat(merged[prompted.length + i]).isCloseTo(alone[i] * 3 / 4, within(1e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLOAT16", "INT32", "SUBGRAPH"})
    void encoder_ofAnotherForm_standsBesideAUsualOne(Form form) {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2).with(form), "roberta_base");

        assertThat(folder.merge(CONCATENATION, "out").agreement().meanCosine()).isGreaterThan(0.99999);
    }

    @Test
    void combinerOfWholeTexts_readsTheMask() {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");
        folder.encoder("b", TinyEncoders.of(2), "roberta_base");
        String recipe = CONCATENATION.replace(
                "method: concatenation", "method: METHOD, init: random, seed: 3".replace("METHOD", context()));

        EnsembleReport report = folder.merge(recipe + "output: {pooling: mean, normalize: true}\n", "out");

        assertThat(report.agreement().largestDifference()).isLessThan(1e-5);
        // A text's vector does not depend on what it is padded to.
        float[] alone = folder.embed("out", EmbedderOptions.DEFAULT, List.of(TEXTS.getFirst()))
                .toFloatArray();
        float[] together =
                folder.embed("out", EmbedderOptions.DEFAULT, TEXTS).rows(0, 1).toFloatArray();
        for (int i = 0; i < alone.length; i++) {
            assertThat(together[i]).isCloseTo(alone[i], within(1e-5f));
        }
    }

    private static String context() {
        return ContextCombiners.all().keySet().iterator().next();
    }

    @Test
    void normalizing_withoutPooling_isRefused() {
        folder.encoder("a", TinyEncoders.of(1), "bert_base");

        assertThatThrownBy(() -> folder.plan("""
                models: [{name: a, model: a}]
                combine: {level: token, method: average}
                output: {normalize: true}
                """))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("normalize needs pooling");
    }
}
