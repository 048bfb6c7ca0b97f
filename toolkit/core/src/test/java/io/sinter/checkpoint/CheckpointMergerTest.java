package io.sinter.checkpoint;

import static io.sinter.checkpoint.TinyCheckpoints.drawn;
import static io.sinter.checkpoint.TinyCheckpoints.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.sinter.error.MalformedException;
import io.sinter.output.Manifest;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.progress.Progress;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointMergerTest {

    @TempDir
    private Path folder;

    private TinyCheckpoints tiny;

    @BeforeEach
    void setUp() {
        tiny = new TinyCheckpoints(folder);
    }

    private static float[] sum(double x, TensorData a, double y, TensorData b) {
        float[] left = floats(a);
        float[] right = floats(b);
        float[] result = new float[left.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) (x * left[i] + y * right[i]);
        }
        return result;
    }

    private static TensorData tensor(Map<String, TensorData> tensors, String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }

    @Test
    void weights_ofTwoModels_areAveragedInEveryTensor() throws IOException {
        Map<String, TensorData> a = tiny.model("a", 1);
        Map<String, TensorData> b = tiny.model("b", 2);
        CheckpointReport report = tiny.merge("""
                merge_method: linear
                models: [{model: a, parameters: {weight: 3}}, {model: b, parameters: {weight: 1}}]
                """);
        for (String name : a.keySet()) {
            assertThat(floats(tiny.merged(name)))
                    .as(name)
                    .containsExactly(sum(0.75, tensor(a, name), 0.25, tensor(b, name)), offset(1e-6f));
        }
        assertThat(report.models()).extracting(CheckpointReport.Parent::name).containsExactly("a", "b");
        assertThat(report.models().getFirst().cosine())
                .isGreaterThan(report.models().getLast().cosine());
        assertThat(report.layers().keySet())
                .containsExactly("before the layers", "behind the layers", "layers.0", "layers.1", "layers.2");
        assertThat(report.notes()).anyMatch(note -> note.startsWith("no model.onnx: "));
        Manifest manifest = Manifest.find(folder.resolve("out")).orElseThrow();
        assertThat(manifest.sources()).extracting(Manifest.Source::name).containsExactly("a", "b");
        assertThat(Files.readString(folder.resolve("out/config.json"))).contains("\"float32\"");
        assertThat(Files.readString(folder.resolve("out/README.md"))).contains("merge_method: linear");
    }

    @Test
    void parameters_byFilterAndLayer_holdForTheirTensors() {
        Map<String, TensorData> a = tiny.model("a", 1);
        Map<String, TensorData> b = tiny.model("b", 2);
        tiny.merge("""
                merge_method: linear
                models:
                  - model: a
                    parameters:
                      weight:
                        - {filter: attention, value: [1, 0]}
                        - 0.5
                  - model: b
                    parameters:
                      weight:
                        - {filter: attention, value: [0, 1]}
                        - 0.5
                """);
        for (int layer = 0; layer < 3; layer++) {
            String name = "layers." + layer + ".attention.weight";
            assertThat(floats(tiny.merged(name)))
                    .containsExactly(
                            sum(1 - layer / 2.0, tensor(a, name), layer / 2.0, tensor(b, name)), offset(1e-6f));
        }
        assertThat(floats(tiny.merged("norm.weight")))
                .containsExactly(sum(0.5, tensor(a, "norm.weight"), 0.5, tensor(b, "norm.weight")), offset(1e-6f));
    }

    @Test
    void slices_ofTwoModels_areStackedAndNumberedAnew() throws IOException {
        Map<String, TensorData> a = tiny.model("a", 1);
        Map<String, TensorData> b = tiny.model("b", 2);
        tiny.merge("""
                merge_method: linear
                slices:
                  - sources: [{model: a, layer_range: [0, 2]}]
                  - sources: [{model: b, layer_range: [1, 3]}]
                parameters: {weight: 1}
                """);
        List<TensorData> layers = List.of(
                tensor(a, "layers.0.mlp.bias"),
                tensor(a, "layers.1.mlp.bias"),
                tensor(b, "layers.1.mlp.bias"),
                tensor(b, "layers.2.mlp.bias"));
        for (int i = 0; i < layers.size(); i++) {
            assertThat(floats(tiny.merged("layers." + i + ".mlp.bias"))).containsExactly(floats(layers.get(i)));
        }
        assertThat(floats(tiny.merged("embed_tokens.weight")))
                .containsExactly(floats(tensor(a, "embed_tokens.weight")));
        assertThat(floats(tiny.merged("norm.weight"))).containsExactly(floats(tensor(b, "norm.weight")));
        assertThat(Files.readString(folder.resolve("out/config.json"))).contains("\"num_hidden_layers\" : 4");
    }

    @Test
    void documents_thatTakeEachOther_areMergedInTurn() {
        Map<String, TensorData> a = tiny.model("a", 1);
        Map<String, TensorData> b = tiny.model("b", 2);
        tiny.merge("""
                name: half
                merge_method: linear
                models: [{model: a}, {model: b}]
                parameters: {weight: 1}
                ---
                merge_method: linear
                models: [{model: half}, {model: a}]
                parameters: {weight: 1}
                """);
        assertThat(floats(tiny.merged("norm.weight")))
                .containsExactly(sum(0.75, tensor(a, "norm.weight"), 0.25, tensor(b, "norm.weight")), offset(1e-6f));
        assertThat(folder.resolve("out")).isDirectoryNotContaining("glob:**stage*");
    }

    @Test
    void adapter_ofLowRank_isAddedToItsWeights() {
        Random random = new Random(TinyCheckpoints.SEED);
        Map<String, TensorData> a = tiny.model("a", 1);
        TensorData down = drawn(random, 2, 4);
        TensorData up = drawn(random, 4, 2);
        tiny.write("adapter/adapter_config.json", "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 6}");
        SafetensorsWriter.write(
                folder.resolve("adapter/adapter_model.safetensors"),
                Map.of(
                        "base_model.model.layers.1.attention.lora_A.weight", down,
                        "base_model.model.layers.1.attention.lora_B.weight", up),
                Map.of());
        tiny.merge("merge_method: linear\nmodels: [{model: a+adapter, parameters: {weight: 1}}]");
        float[] expected = floats(tensor(a, "layers.1.attention.weight")).clone();
        float[] b = floats(up);
        float[] x = floats(down);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                for (int k = 0; k < 2; k++) {
                    expected[i * 4 + j] += 3 * b[i * 2 + k] * x[k * 4 + j];
                }
            }
        }
        assertThat(floats(tiny.merged("layers.1.attention.weight"))).containsExactly(expected, offset(1e-5f));
        assertThat(floats(tiny.merged("layers.0.attention.weight")))
                .containsExactly(floats(tensor(a, "layers.0.attention.weight")));
    }

    @Test
    void tensors_largerThanAChunk_areMergedWhole() {
        Random random = new Random(TinyCheckpoints.SEED);
        TensorData left = Conversion.convert(drawn(random, 700, 1001), DType.BFLOAT16);
        TensorData right = Conversion.convert(drawn(random, 700, 1001), DType.BFLOAT16);
        SafetensorsWriter.write(folder.resolve("a.safetensors"), Map.of("big", left), Map.of());
        SafetensorsWriter.write(folder.resolve("b.safetensors"), Map.of("big", right), Map.of());
        tiny.merge("merge_method: linear\nmodels: [{model: a.safetensors}, {model: b.safetensors}]\n"
                + "parameters: {weight: 1}");
        TensorData merged = tiny.merged("big");
        assertThat(merged.dtype()).isEqualTo(DType.BFLOAT16);
        float[] expected =
                floats(Conversion.convert(TensorData.of(left.shape(), sum(0.5, left, 0.5, right)), DType.BFLOAT16));
        assertThat(java.util.Arrays.mismatch(floats(merged), expected)).isEqualTo(-1);
    }

    @Test
    void result_ofManyThreads_isTheSameEachTime() {
        tiny.model("a", 1);
        tiny.model("b", 2);
        String recipe = "merge_method: linear\nmodels: [{model: a}, {model: b}]\nparameters: {weight: [0.2, 0.8]}";
        tiny.merge(recipe);
        SafetensorsFile first = SafetensorsFile.open(folder.resolve("out/model.safetensors"));
        tiny.merge(recipe);
        SafetensorsFile again = SafetensorsFile.open(folder.resolve("out/model.safetensors"));
        for (String name : first.names()) {
            assertThat(first.tensor(name).contentEquals(again.tensor(name))).isTrue();
        }
    }

    @Test
    void tensor_withNaN_isNamedAndNothingIsWritten() throws IOException {
        tiny.model("a", 1);
        Map<String, TensorData> broken = new HashMap<>(TinyCheckpoints.tensors(2, 3));
        broken.put("layers.1.mlp.bias", TensorData.vector(1, Float.NaN, 0, 0));
        tiny.model("b", broken);
        assertThatThrownBy(() ->
                        tiny.merge("merge_method: linear\nmodels: [{model: a}, {model: b}]\nparameters: {weight: 1}"))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("layers.1.mlp.bias")
                .hasMessageContaining("model 2")
                .hasMessageContaining("the models are a, b");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(p -> p.getFileName().toString())).containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void values_beyondFloat16_areAnErrorAndNoInfinity() {
        tiny.model("a", Map.of("w", TensorData.vector(60000f, 1)));
        tiny.model("b", Map.of("w", TensorData.vector(60000f, 1)));
        assertThatThrownBy(() -> tiny.merge("merge_method: linear\nmodels: [{model: a}, {model: b}]\n"
                        + "parameters: {weight: 1, normalize: false}\nout_dtype: float16"))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("float16 ends at 65504");
    }

    @Test
    void progress_ofAMerge_reachesAllBytes() {
        tiny.model("a", 1);
        tiny.model("b", 2);
        long[] told = {0, 0};
        Progress progress = (task, total) -> {
            told[1] = total;
            return new Progress.Task() {
                @Override
                public void advance(long bytes) {
                    told[0] += bytes;
                }

                @Override
                public void close() {}
            };
        };
        CheckpointPlan plan =
                tiny.plan("merge_method: linear\nmodels: [{model: a}, {model: b}]\nparameters: {weight: 1}");
        new CheckpointMerger(progress).merge(plan, folder.resolve("out"), Existing.REFUSE);
        assertThat(told[0]).isEqualTo(told[1]).isEqualTo(Float.BYTES * (40 + 3 * 20 + 4));
    }
}
