package io.sinter.merge;

import static io.sinter.merge.MergeFolder.difference;
import static io.sinter.merge.MergeFolder.run;
import static io.sinter.merge.TinyModels.encoder;
import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooler;
import io.sinter.pooling.Pooling;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pooling that the recipe puts into the graph. */
class PoolingMergeTest {

    private static final String RECIPE =
            "models: [{name: a, model: a}, {name: b, model: b}]\nbody: a\ncombine: {method: average}\n";

    @TempDir
    Path temp;

    private MergeFolder folder;

    @BeforeEach
    void models() {
        folder = new MergeFolder(temp);
        folder.model("a", encoder(TinyModels.table(1)));
        folder.model("b", encoder(TinyModels.table(2)));
    }

    @ParameterizedTest
    @CsvSource({
        "cls, CLS, false, bake",
        "mean, MEAN, false, live",
        "max, MAX, true, bake",
        "last-token, LAST_TOKEN, true, live"
    })
    void sentenceEmbedding_isThePoolingInJava(String label, Pooling pooling, boolean normalize, String mode) {
        Path out = folder.merge(
                RECIPE + "mode: %s\noutput: {pooling: %s, normalize: %s}".formatted(mode, label, normalize), "out");

        Outputs got = run(out.resolve("model.onnx"));

        assertThat(got.names()).containsExactly("last_hidden_state", "sentence_embedding");
        TensorData mask = MergeFolder.mask();
        TensorData tokens =
                TensorData.of(List.of(mask.dim(0), mask.dim(1), (long) TinyModels.WIDTH), got.get("last_hidden_state"));
        TensorData expected = Pooler.normalize(
                Pooler.pool(tokens, mask, pooling), normalize ? Normalization.UNIT_LENGTH : Normalization.NONE);
        assertThat(difference(got.get("sentence_embedding"), expected.toFloatArray()))
                .isLessThan(1e-6);
    }

    @Test
    void embedder_takesTheGraphsPooling_andGivesWhatItGivesOutside() {
        Path inside = folder.merge(RECIPE + "output: {pooling: mean}", "inside");
        Path outside = folder.merge(RECIPE, "outside");
        List<String> texts = List.of("the quick brown fox", "numbers", "it is not a word or the other");

        float[] got = embed(inside, EmbedderOptions.DEFAULT, texts);
        float[] expected = embed(outside, EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN), texts);

        assertThat(difference(got, expected)).isLessThan(1e-5);
    }

    private static float[] embed(Path directory, EmbedderOptions options, List<String> texts) {
        try (Embedder embedder = Embedder.open(MergeFolder.RUNTIME, ModelSource.open(directory), options)) {
            return embedder.embed(texts).toFloatArray();
        }
    }

    @Test
    void poolingOfTheEntry_isDeclaredForSentenceTransformers() {
        Path out = folder.merge("""
                models: [{name: a, model: a, pooling: cls, prompt: "query: "}, {name: b, model: b}]
                body: a
                combine: {method: average}
                """, "out");

        ModelSource source = ModelSource.open(out);
        assertThat(source.companions().sentenceTransformers()).hasValueSatisfying(modules -> {
            assertThat(modules.pooling()).contains(Pooling.CLS);
            assertThat(modules.prompts()).containsEntry("default", "query: ");
            assertThat(modules.normalizes()).isFalse();
        });
        assertThat(run(out.resolve("model.onnx")).names()).containsExactly("last_hidden_state");
    }

    @Test
    void mergeOfAMerge_withPooling_verifies() {
        folder.merge(RECIPE + "output: {pooling: mean, normalize: true}", "first");

        Path second = folder.merge("""
                models: [{name: first, model: first}, {name: b, model: b}]
                body: first
                combine: {method: average}
                mode: live
                """, "second");

        assertThat(MergeFolder.verify(second))
                .extracting(OutputVerification.Check::outcome)
                .containsOnly(OutputVerification.Check.Outcome.PASSED);
    }
}
