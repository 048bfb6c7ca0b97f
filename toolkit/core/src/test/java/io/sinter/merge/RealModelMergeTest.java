package io.sinter.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.source.EmbeddingTable;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bge-small-en-v1.5 and e5-small-v2, whose tables are merged 0.7 to 0.3 in bge's body. */
@Tag("slow")
class RealModelMergeTest {

    private static final Path MODELS = Path.of(System.getProperty("sinter.cache"), "models");
    private static final String TABLE = "embeddings.word_embeddings.weight";
    private static final String RECIPE = """
            models:
              - {name: bge, model: "cache:bge-small-en-v1.5", pooling: cls}
              - {name: e5, model: "cache:e5-small-v2", pooling: mean, prompt: "query: "}
            body: bge
            combine: {method: weighted-sum, weights: [0.7, 0.3]}
            """;

    @TempDir
    Path temp;

    private static TensorData words(Path model) {
        EmbeddingTable found = MergeFolder.table(model);
        assertThat(found.stored().weight().name()).isEqualTo(TABLE);
        TensorData table = found.data();
        assertThat(table.describe()).isEqualTo("FLOAT [30522, 384]");
        return table;
    }

    @Test
    void weightedSum_ofTheRealTables_isTheFormulaOfTheFilesRows() {
        MergeFolder folder = new MergeFolder(temp);
        Path out = folder.merge(RECIPE, "out");

        TensorData bge = words(MODELS.resolve("bge-small-en-v1.5/model.onnx"));
        TensorData e5 = words(MODELS.resolve("e5-small-v2/model.onnx"));
        TensorData merged = words(out.resolve("model.onnx"));
        long seed = 20261123;
        Random random = new Random(seed);
        for (int sample = 0; sample < 500; sample++) {
            long row = random.nextLong(30522);
            float[] a = bge.rows(row, row + 1).toFloatArray();
            float[] b = e5.rows(row, row + 1).toFloatArray();
            float[] got = merged.rows(row, row + 1).toFloatArray();
            for (int i = 0; i < got.length; i++) {
                assertThat((double) got[i])
                        .as("seed %d, row %d, column %d", seed, row, i)
                        .isCloseTo(0.7 * a[i] + 0.3 * b[i], within(1e-6));
            }
        }
        assertThat(MergeFolder.verify(out))
                .extracting(OutputVerification.Check::outcome)
                .containsOnly(OutputVerification.Check.Outcome.PASSED);

        Path again = folder.merge(RECIPE, "again");
        assertThat(again.resolve("model.onnx")).hasSameBinaryContentAs(out.resolve("model.onnx"));
    }

    @Test
    void live_ofTheRealTables_verifiesAgainstTheBaked() {
        Path out = new MergeFolder(temp).merge(RECIPE + "mode: live", "out");

        assertThat(MergeFolder.verify(out))
                .extracting(OutputVerification.Check::outcome)
                .containsOnly(OutputVerification.Check.Outcome.PASSED);
    }
}
