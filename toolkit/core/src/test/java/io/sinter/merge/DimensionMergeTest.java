package io.sinter.merge;

import static io.sinter.merge.MergeFolder.difference;
import static io.sinter.merge.MergeFolder.floats;
import static io.sinter.merge.MergeFolder.run;
import static io.sinter.merge.MergeFolder.table;
import static io.sinter.merge.TinyModels.encoder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.merge.TinyModels.Spec;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of several widths, and results of another width than the sources. */
class DimensionMergeTest {

    private static final int ROWS = TinyModels.ROWS;
    private static final TensorData NARROW = TinyModels.table(1, ROWS, 6);
    private static final TensorData WIDE = TinyModels.table(2, ROWS, 8);
    private static final String MODELS = "models: [{name: narrow, model: narrow}, {name: wide, model: wide}]\n";

    @TempDir
    Path temp;

    private MergeFolder folder;

    @BeforeEach
    void models() {
        folder = new MergeFolder(temp);
        folder.model("narrow", encoder(NARROW));
        folder.model("wide", encoder(WIDE));
    }

    /** [x, y] of each row. */
    private static float[] concatenated() {
        float[] x = NARROW.toFloatArray();
        float[] y = WIDE.toFloatArray();
        float[] result = new float[ROWS * 14];
        for (int r = 0; r < ROWS; r++) {
            System.arraycopy(x, 6 * r, result, 14 * r, 6);
            System.arraycopy(y, 8 * r, result, 14 * r + 6, 8);
        }
        return result;
    }

    /** The mean of each unmasked token's vector, at length 1. */
    private static float[] sentences(float[] table, int width) {
        long[] ids = MergeFolder.ids(ROWS);
        long[] mask = MergeFolder.mask().toLongArray();
        int batch = (int) MergeFolder.mask().dim(0);
        int length = ids.length / batch;
        float[] result = new float[batch * width];
        for (int b = 0; b < batch; b++) {
            double squares = 0;
            for (int c = 0; c < width; c++) {
                double sum = 0;
                double count = 0;
                for (int s = b * length; s < (b + 1) * length; s++) {
                    sum += mask[s] * (double) table[(int) ids[s] * width + c];
                    count += mask[s];
                }
                result[b * width + c] = (float) (sum / count);
                squares += sum / count * (sum / count);
            }
            for (int c = 0; c < width; c++) {
                result[b * width + c] /= (float) Math.sqrt(squares);
            }
        }
        return result;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bake", "live"})
    void concatenation_withoutBody_isAStaticModel(String mode) {
        Path out = folder.merge(MODELS + "combine: {method: concatenation}\nmode: " + mode, "out");

        Outputs got = run(out.resolve("model.onnx"));

        assertThat(got.names()).containsExactly("sentence_embedding", "token_embeddings");
        assertThat(difference(got.get("sentence_embedding"), sentences(concatenated(), 14)))
                .isLessThan(1e-6);
        TensorData written =
                SafetensorsFile.open(out.resolve("model.safetensors")).tensor("embedding.weight");
        assertThat(written.toFloatArray()).containsExactly(concatenated());
        assertThat(out.resolve("config.json")).content().contains("\"hidden_size\" : 14", "\"vocab_size\" : 211");
        assertThat(out.resolve("modules.json")).content().contains("StaticEmbedding");
    }

    @Test
    void staticModel_tokenizerAddsNoSpecialTokens() {
        Path out = folder.merge(MODELS + "combine: {method: concatenation}", "out");

        try (Tokenizer ours = Tokenizer.open(out.resolve("tokenizer.json"), 64);
                Tokenizer theirs = Tokenizer.open(MergeFolder.TOKENIZER, 64)) {
            List<String> text = List.of("the numbers");
            long[] all = theirs.encode(text).getFirst().ids().toLongArray();
            assertThat(ours.vocabulary()).isEqualTo(theirs.vocabulary());
            assertThat(ours.encode(text).getFirst().ids().toLongArray())
                    .containsExactly(Arrays.copyOfRange(all, 1, all.length - 1));
        }
    }

    @Test
    void staticModel_live_isTheBakedOne() {
        String recipe =
                MODELS + "dimension: {to: wide, by: zero-pad}\ncombine: {method: attention, heads: 2, init: average}\n";
        Outputs baked = run(folder.merge(recipe, "baked").resolve("model.onnx"));
        Outputs live = run(folder.merge(recipe + "mode: live", "live").resolve("model.onnx"));

        live.assertAre(baked, 1e-6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bake", "live"})
    void zeroPad_toTheBodysWidth_addsZeros(String mode) {
        Path model = folder.merge(MODELS + """
                        body: wide
                        dimension: {to: wide, by: zero-pad}
                        combine: {method: average}
                        mode: %s
                        """.formatted(mode), "out").resolve("model.onnx");

        float[] expected = WIDE.toFloatArray();
        for (int i = 0; i < expected.length; i++) {
            float narrow = i % 8 < 6 ? NARROW.toFloatArray()[i / 8 * 6 + i % 8] : 0;
            expected[i] = (expected[i] + narrow) / 2;
        }
        assertOutputs(model, TensorData.of(WIDE.shape(), expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bake", "live"})
    void linear_ofTheNarrowModel_isItsMatrixProduct(String mode) {
        TensorData weight = TinyModels.table(7, 8, 6);
        TensorData bias = TinyModels.table(8, 1, 8).reshape(List.of(8L));
        SafetensorsWriter.write(
                temp.resolve("p.safetensors"), Map.of("proj1.weight", weight, "proj1.bias", bias), Map.of());

        Path model = folder.merge(MODELS + """
                        body: wide
                        dimension: {to: wide, by: linear, parameters: p.safetensors}
                        combine: {method: weighted-sum, weights: [0.25, 0.75]}
                        mode: %s
                        """.formatted(mode), "out").resolve("model.onnx");

        float[] expected = WIDE.toFloatArray();
        for (int i = 0; i < expected.length; i++) {
            double mapped = bias.toFloatArray()[i % 8];
            for (int k = 0; k < 6; k++) {
                mapped += (double) weight.toFloatArray()[i % 8 * 6 + k] * NARROW.toFloatArray()[i / 8 * 6 + k];
            }
            expected[i] = (float) (0.25 * mapped + 0.75 * expected[i]);
        }
        assertOutputs(model, TensorData.of(WIDE.shape(), expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bake", "live"})
    void concatenation_reducedByPca_keepsWhatVariesMost(String mode) {
        // Five directions in all: projecting on eight components loses nothing, so that distances stay.
        TensorData flat = TinyModels.table(3, ROWS, 2);
        folder.model("narrow", encoder(stretched(flat, 6)));
        folder.model("wide", encoder(stretched(TinyModels.table(4, ROWS, 3), 8)));
        String recipe = MODELS + "body: wide\ndimension: {to: wide, by: pca}\ncombine: {method: concatenation}\nmode: ";

        Path model = folder.merge(recipe + mode, "out").resolve("model.onnx");
        float[] merged = floats(table(folder.merge(recipe + "bake", "baked").resolve("model.onnx"))
                .data());

        float[] x = stretched(flat, 6).toFloatArray();
        float[] y = stretched(TinyModels.table(4, ROWS, 3), 8).toFloatArray();
        for (int r = 1; r < ROWS; r++) {
            double before = Math.sqrt(square(x, 6, 0, r) + square(y, 8, 0, r));
            assertThat(Math.sqrt(square(merged, 8, 0, r))).isCloseTo(before, within(1e-4 * (1 + before)));
        }
        assertOutputs(model, TensorData.of(List.of((long) ROWS, 8L), merged));
    }

    /** A table whose rows lie in a subspace: column c is column c mod d, times 1 + c / 8. */
    private static TensorData stretched(TensorData table, int width) {
        int d = (int) table.dim(1);
        float[] result = new float[ROWS * width];
        for (int i = 0; i < result.length; i++) {
            int c = i % width;
            result[i] = table.toFloatArray()[i / width * d + c % d] * (1 + c / 8f);
        }
        return TensorData.of(List.of((long) ROWS, (long) width), result);
    }

    private static double square(float[] table, int width, int row, int other) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
            double gap = table[row * width + i] - table[other * width + i];
            sum += gap * gap;
        }
        return sum;
    }

    @Test
    void pca_withoutBody_givesAnyWidthAndType() {
        Path out = folder.merge(MODELS + """
                dimension: {to: 5, by: pca}
                combine: {method: concatenation}
                output: {dtype: float16}
                """, "out");

        assertThat(table(out.resolve("model.onnx")).data().describe()).isEqualTo("FLOAT16 [211, 5]");
        assertThat(Files.exists(out.resolve("sinter.json"))).isTrue();
        assertThat(MergeFolder.verify(out))
                .extracting(OutputVerification.Check::outcome)
                .containsOnly(OutputVerification.Check.Outcome.PASSED);
    }

    private static void assertOutputs(Path model, TensorData expected) {
        assertThat(expected.dtype()).isEqualTo(DType.FLOAT);
        float[] wanted = run(encoder(Spec.of(expected))).get("last_hidden_state");
        assertThat(difference(run(model).get("last_hidden_state"), wanted)).isLessThan(1e-6);
    }
}
