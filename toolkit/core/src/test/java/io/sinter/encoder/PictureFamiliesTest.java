package io.sinter.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.ModelConfig;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations that no recorded model has: odd sizes, one channel, any activation, heads, towers alone. */
class PictureFamiliesTest {

    private static final long SEED = 20261123;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"""
        {"model_type": "vit", "hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 3, "qkv_bias": false,
         "intermediate_size": 20, "hidden_act": "gelu_new", "layer_norm_eps": 1e-6, "num_channels": 1,
         "image_size": [21, 13], "patch_size": [5, 4], "pooler_output_size": 7, "pooler_act": "sigmoid"}\
        """, """
            {"model_type": "vit", "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1,
             "intermediate_size": 9, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-3, "num_channels": 4,
             "image_size": 7, "patch_size": 7}\
            """, """
                {"model_type": "deit", "hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 2,
                 "intermediate_size": 16, "hidden_act": "relu", "layer_norm_eps": 1e-12, "num_channels": 3,
                 "image_size": 12, "patch_size": 4}\
                """, """
                    {"model_type": "dinov2", "hidden_size": 12, "num_hidden_layers": 2, "num_attention_heads": 2,
                     "mlp_ratio": 3, "hidden_act": "silu", "use_swiglu_ffn": true, "layer_norm_eps": 1e-6,
                     "image_size": 15, "patch_size": 7, "use_mask_token": false}\
                    """, """
                        {"model_type": "dinov2_with_registers", "hidden_size": 12, "num_hidden_layers": 2,
                         "num_attention_heads": 4, "mlp_ratio": 2, "hidden_act": "silu", "layer_norm_eps": 1e-5, "qkv_bias": false,
                         "image_size": 12, "patch_size": 4, "num_channels": 1, "num_register_tokens": 3}\
                        """, """
                            {"model_type": "dinov2_with_registers", "hidden_size": 8, "num_hidden_layers": 1,
                             "num_attention_heads": 2, "mlp_ratio": 1, "hidden_act": "relu", "layer_norm_eps": 1e-5,
                             "image_size": 6, "patch_size": 3, "num_register_tokens": 0}\
                            """})
    void states_ofAnyConfiguration_areWhatThePapersSay(String json) {
        ModelConfig config = config(json);
        ScatteredWeights weights = new ScatteredWeights(SEED, false, Set.of());
        for (Target target : Target.values()) {
            Model model = build(config, weights, target, Tower.BOTH);
            Map<String, TensorData> inputs = inputs(model, 2);
            TensorData states = states(run(model, inputs));
            PlainVit plain = new PlainVit(config.json(), weights, "");
            TensorData pictures = Objects.requireNonNull(inputs.get("pixel_values"));
            for (int b = 0; b < 2; b++) {
                TensorData picture = pictures.rows(b, b + 1);
                double[][] expected =
                        plain.states(picture.reshape(picture.shape().subList(1, 4)));
                float[] computed = states.rows(b, b + 1).toFloatArray();
                assertThat(computed).hasSize(expected.length * expected[0].length);
                for (int i = 0; i < computed.length; i++) {
                    assertThat((double) computed[i])
                            .as("%s, picture %d, seed %d", target, b, SEED)
                            .isCloseTo(expected[i / expected[0].length][i % expected[0].length], within(1e-4));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
        {"model_type": "vit", "architectures": ["ViTForImageClassification"], "hidden_size": 8,
         "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 9, "image_size": 8,
         "patch_size": 4, "num_labels": 5}\
        """, """
            {"model_type": "deit", "architectures": ["DeiTForImageClassificationWithTeacher"], "hidden_size": 8,
             "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 9, "image_size": 8,
             "patch_size": 4, "id2label": {"0": "a", "1": "b", "2": "c"}}\
            """, """
                {"model_type": "deit", "architectures": ["DeiTForImageClassification"], "hidden_size": 8,
                 "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 9, "image_size": 8,
                 "patch_size": 4}\
                """, """
                    {"model_type": "dinov2_with_registers", "architectures": ["Dinov2WithRegistersForImageClassification"],
                     "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 8, "patch_size": 4}\
                    """, """
                        {"model_type": "clip", "architectures": ["CLIPModel"], "projection_dim": 6,
                         "text_config": {"hidden_size": 12, "intermediate_size": 10, "num_hidden_layers": 2, "vocab_size": 50,
                           "num_attention_heads": 3, "max_position_embeddings": 9, "hidden_act": "relu", "eos_token_id": 2},
                         "vision_config": {"hidden_size": 8, "intermediate_size": 10, "num_hidden_layers": 1, "num_channels": 1,
                           "num_attention_heads": 2, "image_size": 9, "patch_size": 4, "hidden_act": "gelu_new"}}\
                        """, """
                            {"model_type": "clip", "architectures": ["CLIPForImageClassification"],
                             "vision_config": {"hidden_size": 8, "intermediate_size": 10, "num_hidden_layers": 1,
                               "num_attention_heads": 2, "image_size": 8, "patch_size": 4}}\
                            """, """
                                {"model_type": "clip_text_model", "architectures": ["CLIPTextModelWithProjection"], "projection_dim": 5,
                                 "hidden_size": 8, "intermediate_size": 10, "num_hidden_layers": 2, "num_attention_heads": 2,
                                 "vocab_size": 50, "max_position_embeddings": 9, "eos_token_id": 49}\
                                """, """
                                             {"model_type": "clip_vision_model", "architectures": ["CLIPVisionModelWithProjection"],
                                              "projection_dim": 5, "hidden_size": 8, "intermediate_size": 10, "num_hidden_layers": 2,
                                              "num_attention_heads": 2, "image_size": 10, "patch_size": 3}\
                                             """, """
                                             {"model_type": "siglip", "architectures": ["SiglipModel"],
                                              "text_config": {"hidden_size": 12, "intermediate_size": 10, "num_hidden_layers": 2, "vocab_size": 50,
                                                "num_attention_heads": 3, "max_position_embeddings": 9, "projection_size": 8},
                                              "vision_config": {"hidden_size": 8, "intermediate_size": 10, "num_hidden_layers": 1, "num_channels": 1,
                                                "num_attention_heads": 2, "image_size": 9, "patch_size": 4, "hidden_act": "silu"}}\
                                             """, """
                                             {"model_type": "siglip", "architectures": ["SiglipForImageClassification"],
                                              "vision_config": {"hidden_size": 8, "intermediate_size": 10, "num_hidden_layers": 1,
                                                "num_attention_heads": 2, "image_size": 8, "patch_size": 4}}\
                                             """, """
                                             {"model_type": "siglip_vision_model", "hidden_size": 8, "intermediate_size": 10, "num_hidden_layers": 1,
                                              "num_attention_heads": 2, "image_size": 8, "patch_size": 4, "vision_use_head": false}\
                                             """, """
                                               {"model_type": "siglip_text_model", "hidden_size": 8, "intermediate_size": 10, "num_hidden_layers": 1,
                                                "num_attention_heads": 2, "vocab_size": 50, "max_position_embeddings": 9}\
                                               """})
    void fusedGraph_ofAnyConfiguration_computesWhatThePortableDoes(String json) {
        ModelConfig config = config(json);
        ScatteredWeights weights = new ScatteredWeights(SEED, Head.of(config) != Head.NONE, Set.of());
        Model portable = build(config, weights, Target.PORTABLE, Tower.BOTH);
        Map<String, TensorData> inputs = inputs(portable, 3);
        Map<String, TensorData> expected = run(portable, inputs);
        for (Target target : List.of(Target.CPU, Target.CUDA)) {
            Model fused = build(config, weights, target, Tower.BOTH);
            assertThat(fused.graph().nodes())
                    .as("what a GPU would leave to the processor")
                    .extracting(Node::opType)
                    .doesNotContain("Shape", "Range");
            assertClose(run(fused, inputs), expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip_base", "clip_gelu", "siglip_base"})
    void tower_alone_computesWhatItDoesInBoth(String name) {
        GoldenModel golden = GoldenModel.named(name);
        Map<String, TensorData> both =
                golden.run(golden.build(BuildOptions.PORTABLE).model(), names(golden, Tower.BOTH));
        Map<String, TensorData> text = golden.run(
                golden.build(BuildOptions.PORTABLE.withTower(Tower.TEXT)).model(), names(golden, Tower.TEXT));
        Map<String, TensorData> image = golden.run(
                golden.build(BuildOptions.PORTABLE.withTower(Tower.IMAGE)).model(), names(golden, Tower.IMAGE));
        assertThat(text.keySet()).containsExactlyInAnyOrder("text_embeds", "last_hidden_state", "pooler_output");
        assertThat(image.keySet()).containsExactlyInAnyOrder("image_embeds", "last_hidden_state", "pooler_output");
        text.forEach((output, value) -> assertEqual(value, either(both, output, "text_model_output.")));
        image.forEach((output, value) -> assertEqual(value, either(both, output, "vision_model_output.")));
    }

    @Test
    void batches_ofTextsAndPictures_areIndependent() {
        GoldenModel golden = GoldenModel.named("clip_base");
        Model model = golden.build(BuildOptions.PORTABLE.withTarget(Target.CPU)).model();
        Map<String, TensorData> inputs = new HashMap<>(inputs(model, 3));
        inputs.put(
                "pixel_values",
                Objects.requireNonNull(inputs.get("pixel_values")).rows(0, 1));
        Map<String, TensorData> outputs = run(model, inputs);
        assertThat(Objects.requireNonNull(outputs.get("logits_per_text")).shape())
                .containsExactly(3L, 1L);
        assertThat(Objects.requireNonNull(outputs.get("logits_per_image")).shape())
                .containsExactly(1L, 3L);
    }

    private static List<String> names(GoldenModel golden, Tower tower) {
        return golden.build(BuildOptions.PORTABLE.withTower(tower)).model().graph().outputs().stream()
                .map(Value::name)
                .toList();
    }

    private ModelConfig config(String json) {
        return Configurations.of(folder, json);
    }

    private static Model build(ModelConfig config, WeightSource weights, Target target, Tower tower) {
        return EncoderGraph.build(
                        config,
                        weights,
                        BuildOptions.PORTABLE.withTarget(target).withTower(tower))
                .model();
    }

    private static Map<String, TensorData> inputs(Model model, int batch) {
        Random random = new Random(SEED);
        Map<String, TensorData> inputs = new HashMap<>();
        for (Value input : model.graph().inputs()) {
            inputs.put(
                    input.name(),
                    switch (input.name()) {
                        case "pixel_values" -> pictures(input, batch, random);
                        case "input_ids" -> {
                            long[] ids = random.longs(batch * 7L, 0, 49).toArray();
                            for (int b = 0; b < batch; b++) {
                                ids[b * 7 + 6 - b] = 49;
                            }
                            yield TensorData.of(List.of((long) batch, 7L), ids);
                        }
                        case "attention_mask" -> {
                            long[] mask = new long[batch * 7];
                            for (int i = 0; i < mask.length; i++) {
                                mask[i] = i % 7 <= 6 - i / 7 ? 1 : 0;
                            }
                            yield TensorData.of(List.of((long) batch, 7L), mask);
                        }
                        default -> throw new AssertionError(input);
                    });
        }
        return inputs;
    }

    private static TensorData pictures(Value input, int batch, Random random) {
        List<Dim> dims = Objects.requireNonNull(
                        Objects.requireNonNull(input.type()).shape())
                .dims();
        List<Long> shape = new ArrayList<>(List.of((long) batch));
        dims.subList(1, 4).forEach(d -> shape.add(((Dim.Known) d).size()));
        TensorData pixels = TensorData.allocate(DType.FLOAT, shape);
        for (long i = 0; i < pixels.elementCount(); i++) {
            pixels.data().set(TensorData.F32, i * Float.BYTES, (float) random.nextGaussian());
        }
        return pixels;
    }

    private static Map<String, TensorData> run(Model model, Map<String, TensorData> inputs) {
        List<String> outputs = model.graph().outputs().stream().map(Value::name).toList();
        try (Session session = new OrtRuntime().open(model, SessionOptions.DEFAULT)) {
            return session.run(inputs, outputs);
        }
    }

    private static TensorData states(Map<String, TensorData> outputs) {
        return Objects.requireNonNull(outputs.get("last_hidden_state"));
    }

    private static TensorData either(Map<String, TensorData> outputs, String name, String prefix) {
        return Objects.requireNonNull(outputs.containsKey(name) ? outputs.get(name) : outputs.get(prefix + name));
    }

    private static void assertEqual(TensorData computed, TensorData expected) {
        assertClose(Map.of("", computed), Map.of("", expected));
    }

    private static void assertClose(Map<String, TensorData> computed, Map<String, TensorData> expected) {
        assertThat(computed.keySet()).isEqualTo(expected.keySet());
        computed.forEach((name, value) -> {
            TensorData other = Objects.requireNonNull(expected.get(name));
            assertThat(value.shape()).as(name).isEqualTo(other.shape());
            assertThat(value.toFloatArray())
                    .as("%s, seed %d", name, SEED)
                    .containsExactly(other.toFloatArray(), within(1e-4f));
        });
    }
}
