package io.sinter.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.combine.Attention;
import io.sinter.combine.Linear;
import io.sinter.combine.Mlp;
import io.sinter.combine.ParameterSpec;
import io.sinter.combine.Reduction;
import io.sinter.error.IncompatibleException;
import io.sinter.error.MissingException;
import io.sinter.parameters.Parameters.Training;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParametersTest {

    private static final List<ParameterSpec> LINEAR = new Linear(1L).parameters(List.of(1L, 1L));
    private static final TensorData WEIGHT = TensorData.of(List.of(1L, 2L), 3f, 4f);
    private static final TensorData BIAS = TensorData.vector(5f);

    private static Path file(Path folder, Map<String, TensorData> tensors) {
        Path file = folder.resolve("module.safetensors");
        SafetensorsWriter.write(file, tensors, Map.of());
        return file;
    }

    @Test
    void resolve_fileWithPrefix_readsWhatItNames(@TempDir Path folder) {
        Path file = file(folder, Map.of("fuse.weight", WEIGHT, "fuse.bias", BIAS, "other", BIAS));
        Parameters parameters = Parameters.resolve(new ParameterSource.FromFile(file, "fuse."), LINEAR);
        assertThat(parameters.training()).isEqualTo(Training.USABLE);
        assertThat(parameters.tensors().keySet()).containsExactly("weight", "bias");
        assertThat(parameters.tensors().values())
                .anySatisfy(t -> assertThat(t.contentEquals(WEIGHT)).isTrue());
    }

    @Test
    void resolve_halfPrecisionFile_widensExactly(@TempDir Path folder) {
        TensorData half = TensorData.allocate(DType.FLOAT16, List.of(1L, 2L));
        half.data().setAtIndex(TensorData.I16, 0, Float.floatToFloat16(0.1f));
        half.data().setAtIndex(TensorData.I16, 1, Float.floatToFloat16(-2f));
        Path file = file(folder, Map.of("weight", half, "bias", BIAS));
        Parameters parameters = Parameters.resolve(new ParameterSource.FromFile(file, ""), LINEAR);
        assertThat(parameters.tensors().values().iterator().next().toFloatArray())
                .containsExactly(Float.float16ToFloat(Float.floatToFloat16(0.1f)), -2);
    }

    @Test
    void resolve_fileWithAnotherShape_namesFileTensorAndShapes(@TempDir Path folder) {
        Path file = file(folder, Map.of("weight", TensorData.of(List.of(2L, 1L), 3f, 4f), "bias", BIAS));
        assertThatThrownBy(() -> Parameters.resolve(new ParameterSource.FromFile(file, ""), LINEAR))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage(file + ": tensor \"weight\": got FLOAT [2, 1], expected floats of shape [1, 2]");
    }

    @Test
    void resolve_fileWithoutATensor_saysWhich(@TempDir Path folder) {
        Path file = file(folder, Map.of("weight", WEIGHT));
        assertThatThrownBy(() -> Parameters.resolve(new ParameterSource.FromFile(file, ""), LINEAR))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("\"bias\"");
    }

    @Test
    void resolve_fileWithMore_isRefused(@TempDir Path folder) {
        Path file = file(folder, Map.of("weight", WEIGHT, "bias", BIAS, "scale", BIAS));
        assertThatThrownBy(() -> Parameters.resolve(new ParameterSource.FromFile(file, ""), LINEAR))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("got \"scale\", expected \"weight\", \"bias\"");
    }

    @Test
    void resolve_random_isSeededBoundedAndUntrained() {
        List<ParameterSpec> specs = new Attention(2).parameters(List.of(16L, 16L));
        Parameters parameters = Parameters.resolve(new ParameterSource.RandomStart(3), specs);
        assertThat(parameters.training()).isEqualTo(Training.UNTRAINED);
        assertThat(parameters.tensors().keySet())
                .containsExactly("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias");
        assertThat(parameters.tensors().values()).allSatisfy(tensor -> {
            float[] elements = tensor.toFloatArray();
            for (float element : elements) {
                assertThat(Math.abs(element)).isLessThan(0.25f);
            }
        });
        assertThat(Parameters.resolve(new ParameterSource.RandomStart(3), specs)
                        .tensors()
                        .values())
                .map(TensorData::toFloatArray)
                .containsExactlyElementsOf(parameters.tensors().values().stream()
                        .map(TensorData::toFloatArray)
                        .toList());
        assertThat(Parameters.NONE.and(parameters).training()).isEqualTo(Training.UNTRAINED);
    }

    @Test
    void resolve_fitted_checksNamesAndShapes() {
        List<ParameterSpec> pca = new Reduction.Pca(1).parameters(2);
        TensorData mean = TensorData.vector(0f, 1f);
        Map<String, TensorData> fit = Map.of("reduction.mean", mean, "reduction.components", WEIGHT);
        assertThat(Parameters.resolve(new ParameterSource.Fitted(fit), pca).tensors())
                .isEqualTo(fit);
        assertThatThrownBy(() -> Parameters.resolve(new ParameterSource.Fitted(Map.of("reduction.mean", mean)), pca))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("\"reduction.components\" is missing");
        assertThatThrownBy(() -> Parameters.resolve(new ParameterSource.AverageStart(), pca))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("fitted to the tables");
    }

    @Test
    void resolve_averageStartThatCannotBe_saysWhy() {
        ParameterSource average = new ParameterSource.AverageStart();
        assertThatThrownBy(() -> Parameters.resolve(average, new Mlp(23L, null).parameters(List.of(12L, 12L))))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("hidden: got 23, expected at least 24");
        assertThatThrownBy(() -> Parameters.resolve(average, new Linear(null).parameters(List.of(12L, 20L))))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("widths 12, 20")
                .hasMessageContaining("`dimension`");
    }
}
