package io.sinter.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.eval.StsDataset;
import io.sinter.eval.StsEvaluation;
import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.source.ModelSource;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * bge-small-en-v1.5 and e5-small-v2 in one graph, scored on STS-B's test set. The numbers to be reached were computed
 * outside of Sinter, with ONNX Runtime on the two files, one after the other.
 */
@Tag("slow")
class RealEncodersTest {

    private static final Path STSB = Path.of("../../samples/data/stsb-test.tsv");

    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({"mean, 87.42", "cls, 86.96"})
    void bgeAndE5_normalizedAndConcatenated_scoreAsOneByOne(String pooling, double expected) {
        EnsembleFolder folder = new EnsembleFolder(temp);
        EnsembleReport report = folder.merge("""
                models:
                  - {name: bge, model: "cache:bge-small-en-v1.5", pooling: %s}
                  - {name: e5, model: "cache:e5-small-v2", pooling: mean, prompt: "query: "}
                combine: {level: sentence, method: concatenation, normalize_sources: true}
                output: {normalize: true}
                """.formatted(pooling), "out");

        assertThat(report.agreement().largestDifference()).isLessThan(1e-5);
        ModelSource source = ModelSource.open(temp.resolve("out"));
        try (Embedder embedder = Embedder.open(EnsembleFolder.RUNTIME, source, EmbedderOptions.DEFAULT)) {
            double spearman = StsEvaluation.run(embedder, StsDataset.read(STSB)).spearman();
            assertThat(100 * spearman).isCloseTo(expected, within(0.02));
        }
    }

    /** Sinter's own figures: no other tool was asked. */
    @Test
    void bgeAndE5_atHalfTheWidth_keepTheirScore() {
        EnsembleFolder folder = new EnsembleFolder(temp);
        String models =
                """
                models:
                  - {name: bge, model: "cache:bge-small-en-v1.5", pooling: mean}
                  - {name: e5, model: "cache:e5-small-v2", pooling: mean, prompt: "query: "}
                combine: {level: sentence, method: concatenation, normalize_sources: true}
                dimension: {to: 384, by: svd}
                fit: {texts: %s, sample: 500, seed: 1}
                output: {normalize: true}
                """.formatted(Path.of("../../samples/data/sentences.txt").toAbsolutePath());
        EnsembleReport report = folder.merge(models, "half");

        assertThat(Objects.requireNonNull(report.fits().getFirst().explainedVariance()))
                .isBetween(0.9, 1.0);
        ModelSource source = ModelSource.open(temp.resolve("half"));
        try (Embedder embedder = Embedder.open(EnsembleFolder.RUNTIME, source, EmbedderOptions.DEFAULT)) {
            double spearman = StsEvaluation.run(
                            embedder,
                            new StsDataset(
                                    "300 pairs", StsDataset.read(STSB).pairs().subList(0, 300)))
                    .spearman();
            System.out.printf("384 of 768, fitted on 500 sentences: STS-B (300 pairs) %.2f%n", 100 * spearman);
            assertThat(100 * spearman).isCloseTo(93.37, within(0.1));
        }
    }
}
