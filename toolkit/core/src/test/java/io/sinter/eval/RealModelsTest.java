package io.sinter.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.ModelSource;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** STS-B test with real models, against ONNX Runtime called from Python on the same files (float32, 256 tokens). */
@Tag("slow")
class RealModelsTest {

    @ParameterizedTest
    @CsvSource({
        "bge-small-en-v1.5, CLS, '', 85.86",
        "bge-small-en-v1.5, MEAN, '', 86.80",
        "e5-small-v2, MEAN, 'query: ', 85.94",
        "all-MiniLM-L6-v2, MEAN, '', 82.03"
    })
    void stsBenchmark_givesTheReferenceScore(String model, Pooling pooling, String prompt, double expected) {
        StsDataset dataset = StsDataset.read(Path.of("../../samples/data/stsb-test.tsv"));
        EmbedderOptions options =
                EmbedderOptions.DEFAULT.withPooling(pooling).withPrompt(prompt).withMaxTokens(256);
        ModelSource source = ModelSource.open(Path.of(System.getProperty("sinter.cache"), "models", model));

        try (Embedder embedder = Embedder.open(new OrtRuntime(), source, options)) {
            StsResult result = StsEvaluation.run(embedder, dataset);

            System.out.printf(
                    "%s %s: Spearman %.3f, Pearson %.3f, %d pairs, %.1f s%n",
                    model,
                    pooling,
                    100 * result.spearman(),
                    100 * result.pearson(),
                    dataset.pairs().size(),
                    result.seconds());
            assertThat(100 * result.spearman()).isCloseTo(expected, within(0.02));
        }
    }
}
