package io.sinter.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.linalg.PcaOptions.Centring;
import io.sinter.linalg.PcaOptions.RowScaling;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PcaTest {

    private static final PcaOptions NORMALISED = new PcaOptions(Centring.MEAN, RowScaling.UNIT);

    @ParameterizedTest
    @CsvSource({
        "pca_concat_k3/n60_d10, 3, PCA",
        "pca_concat_k10/n60_d10, 10, PCA",
        "pca_concat_k3/n40_d16, 3, PCA",
        "pca_concat_k16/n40_d16, 16, PCA",
        "pca_concat_k3_normalised/n60_d10, 3, NORMALISED",
        "pca_concat_k10_normalised/n60_d10, 10, NORMALISED",
        "pca_concat_k3_normalised/n40_d16, 3, NORMALISED",
        "pca_concat_k16_normalised/n40_d16, 16, NORMALISED"
    })
    void fit_goldenPca_isReproduced(String name, int k, String options) {
        SafetensorsFile golden = golden();

        PcaFit fit = Pca.fit(inputs(golden, name), k, options.equals("PCA") ? PcaOptions.PCA : NORMALISED);

        assertClose(fit.mean(), golden.tensor(name + "/mean"));
        assertClose(fit.components(), golden.tensor(name + "/components"));
        assertClose(fit.singularValues(), golden.tensor(name + "/singular_values"));
        assertClose(fit.explainedVariance(), golden.tensor(name + "/explained_variance"));
        assertClose(fit.explainedVarianceRatio(), golden.tensor(name + "/explained_variance_ratio"));
    }

    @ParameterizedTest
    @CsvSource({
        "svd_concat_k3/n60_d10, 3",
        "svd_concat_k10/n60_d10, 10",
        "svd_concat_k3/n40_d16, 3",
        "svd_concat_k16/n40_d16, 16"
    })
    void fit_goldenSvd_isReproduced(String name, int k) {
        SafetensorsFile golden = golden();

        PcaFit fit = Pca.fit(inputs(golden, name), k, PcaOptions.SVD);

        assertClose(fit.components(), golden.tensor(name + "/components"));
        assertClose(fit.singularValues(), golden.tensor(name + "/singular_values"));
        assertThat(fit.mean().data().toArray(TensorData.F64)).containsOnly(0);
    }

    @Test
    void weightAndBias_appliedToARow_projectIt() {
        SafetensorsFile golden = golden();
        String name = "pca_concat_k3/n60_d10";
        List<TensorData> inputs = inputs(golden, name);
        PcaFit fit = Pca.fit(inputs, 3, PcaOptions.PCA);

        float[] weight = fit.weight().toFloatArray();
        float[] bias = fit.bias().toFloatArray();

        TensorData projected = golden.tensor(name + "/projected");
        for (int i = 0; i < 3; i++) {
            double sum = bias[i];
            for (int j = 0; j < 25; j++) {
                TensorData table = j < 10 ? inputs.getFirst() : inputs.getLast();
                int column = j < 10 ? j : j - 10;
                sum += weight[i * 25 + j] * table.data().get(TensorData.F64, 8L * ((j < 10 ? 10 : 15) * 7 + column));
            }
            assertThat(sum).isCloseTo(projected.data().get(TensorData.F64, 8L * (7 * 3 + i)), within(1e-5));
        }
    }

    @Test
    void fit_moreRowsThanAChunk_findsTheDirectionOfTheData() {
        long seed = 5;
        Random random = new Random(seed);
        int rows = 5000;
        float[] left = new float[rows * 3];
        float[] right = new float[rows * 2];
        for (int row = 0; row < rows; row++) {
            float along = (float) random.nextGaussian() * 10;
            for (int i = 0; i < 3; i++) {
                left[row * 3 + i] = along * (i - 1) + 100 + (float) random.nextGaussian() * 0.01f;
            }
            right[row * 2] = -2 * along;
            right[row * 2 + 1] = 7;
        }

        PcaFit fit = Pca.fit(
                List.of(
                        TensorData.of(List.of(5000L, 3L), left),
                        Conversion.convert(TensorData.of(List.of(5000L, 2L), right), DType.FLOAT16)),
                2,
                PcaOptions.PCA);

        double[] first = fit.components().data().asSlice(0, 40).toArray(TensorData.F64);
        double unit = 1 / Math.sqrt(6);
        assertThat(first).containsExactly(new double[] {unit, 0, -unit, 2 * unit, 0}, within(1e-3));
        assertThat(fit.explainedVarianceRatio().data().get(TensorData.F64, 0)).isGreaterThan(0.9999);
        assertThat(fit.mean().data().get(TensorData.F64, 32)).isEqualTo(7);
    }

    @Test
    void fit_twice_givesTheSameBits() {
        List<TensorData> inputs = inputs(golden(), "pca_concat_k16/n40_d16");

        assertThat(Pca.fit(inputs, 16, PcaOptions.PCA)
                        .components()
                        .contentEquals(Pca.fit(inputs, 16, PcaOptions.PCA).components()))
                .isTrue();
    }

    @Test
    void fit_zeroRowsScaledToUnitLength_stayZero() {
        TensorData table = TensorData.of(List.of(3L, 2L), 3f, 4, 0, 0, -3, -4);

        PcaFit fit = Pca.fit(List.of(table), 1, NORMALISED);

        assertThat(fit.components().data().toArray(TensorData.F64))
                .containsExactly(new double[] {0.6, 0.8}, within(1e-15));
        assertThat(fit.singularValues().data().toArray(TensorData.F64))
                .containsExactly(new double[] {Math.sqrt(2)}, within(1e-15));
    }

    @Test
    void fit_tooManyComponents_isRefused() {
        TensorData table = TensorData.of(List.of(3L, 2L), 1f, 2, 3, 4, 5, 6);

        assertThatThrownBy(() -> Pca.fit(List.of(table), 3, PcaOptions.PCA))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage("pca: 3 components, but 3 rows of width 2 have at most 2");
    }

    @Test
    void fit_tablesOfDifferentLength_areRefused() {
        TensorData table = TensorData.of(List.of(3L, 2L), 1f, 2, 3, 4, 5, 6);

        assertThatThrownBy(() -> Pca.fit(List.of(table, table.rows(0, 2)), 1, PcaOptions.PCA))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage("pca: tables of FLOAT [3, 2] and FLOAT [2, 2] side by side: the numbers of rows differ");
    }

    @Test
    void fit_nanInATable_isRefused() {
        TensorData good = TensorData.of(List.of(2L, 2L), 1f, 2, 3, 4);
        TensorData bad = TensorData.of(List.of(2L, 2L), 1f, Float.NaN, 3, 4);

        assertThatThrownBy(() -> Pca.fit(List.of(good, bad), 1, PcaOptions.PCA))
                .isInstanceOf(MalformedException.class)
                .hasMessage("pca: table 2, FLOAT [2, 2], has elements that are infinite or not a number");
    }

    private static List<TensorData> inputs(SafetensorsFile golden, String name) {
        return List.of(golden.tensor(name + "/emb1"), golden.tensor(name + "/emb2"));
    }

    private static SafetensorsFile golden() {
        try {
            return SafetensorsFile.open(
                    Path.of(Objects.requireNonNull(PcaTest.class.getResource("/golden/alignment/alignment.safetensors"))
                            .toURI()));
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertClose(TensorData actual, TensorData expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.data().toArray(TensorData.F64))
                .containsExactly(expected.data().toArray(TensorData.F64), within(1e-9));
    }
}
