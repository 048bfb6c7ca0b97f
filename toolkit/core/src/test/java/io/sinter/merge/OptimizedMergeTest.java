package io.sinter.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.RecipeException;
import io.sinter.error.VerificationException;
import io.sinter.merge.OutputVerification.Check;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Node;
import io.sinter.output.Manifest;
import io.sinter.quality.QualityReport;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code output.target}: the merged graph is optimised before it is written. */
class OptimizedMergeTest {

    private static final String RECIPE = """
            models:
              - {name: one, model: one, pooling: mean}
              - {name: two, model: two, pooling: mean}
            body: one
            combine: {method: average}
            output: {%s}
            """;

    @TempDir
    Path temp;

    private MergeFolder folder = new MergeFolder(Path.of(""));

    @BeforeEach
    void models() {
        folder = new MergeFolder(temp);
        folder.model("one", TinyModels.encoder(TinyModels.table(1, TinyModels.ROWS, 64)));
        folder.model("two", TinyModels.encoder(TinyModels.table(2, TinyModels.ROWS, 64)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "target: portable, dtype: int8, embedding: int8 | int8",
                "target: cpu, dtype: float16 | float16",
                "target: portable, dtype: float16, pooling: mean | float16",
                "target: cpu, embedding: int4, min_cosine: 0.9 | float32"
            })
    void merge_withATarget_optimisesComparesAndVerifies(String output, String dtype) {
        Path out = folder.merge(RECIPE.formatted(output), "out");

        Manifest.Optimization optimization =
                Objects.requireNonNull(Manifest.find(out).orElseThrow().optimization());
        assertThat(optimization.dtype()).isEqualTo(dtype);
        QualityReport quality = Objects.requireNonNull(optimization.quality());
        assertThat(quality.passed()).isTrue();
        assertThat(quality.samples()).isEqualTo("48 built-in texts");
        assertThat(MergeFolder.verify(out)).extracting(Check::outcome).containsOnly(Check.Outcome.PASSED);
    }

    @Test
    void merge_intoInt8_multipliesIntegers() {
        Path out = folder.merge(RECIPE.formatted("target: cpu, dtype: int8"), "out");

        assertThat(OnnxReader.read(out.resolve("model.onnx")).graph().nodes())
                .extracting(Node::opType)
                .contains("MatMulInteger")
                .doesNotContain("MatMul");
    }

    @Test
    void merge_belowTheBound_isRefusedAndLeavesNothing() {
        assertThatThrownBy(() -> folder.merge(
                        RECIPE.formatted("target: portable, dtype: int8, embedding: int8, min_cosine: 1"), "out"))
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("the merged model: too far from the full model");
        assertThat(temp.toFile().list()).containsExactlyInAnyOrder("one", "two");
    }

    /** Without a target the key means the merged table alone, as it did before there were targets. */
    @Test
    void dtypeWithoutATarget_isTheTablesAlone() {
        Path out = folder.merge(RECIPE.formatted("dtype: float16"), "out");

        assertThat(Manifest.find(out).orElseThrow().optimization()).isNull();
        assertThat(OnnxReader.read(out.resolve("model.onnx")).graph().nodes())
                .extracting(Node::opType)
                .contains("MatMul");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dtype: int8 | dtype: int8 needs a target: portable, cpu or cuda",
                "embedding: int8 | embedding needs a target: portable, cpu or cuda",
                "skip: [head.*] | skip needs a target: portable, cpu or cuda",
                "min_cosine: 0.9 | min_cosine needs a target: portable, cpu or cuda",
                "target: portable, min_cosine: 2 | min_cosine: got 2.0, expected -1 to 1",
                "target: cuda, dtype: int8 | use float16 for cuda, or int8 for cpu"
            })
    void keysThatDoNotGoTogether_areRefused(String output, String message) {
        assertThatThrownBy(() -> folder.recipe(RECIPE.formatted(output)))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("recipe.yaml:6")
                .hasMessageContaining(message);
    }
}
