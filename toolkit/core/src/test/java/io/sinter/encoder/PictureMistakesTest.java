package io.sinter.encoder;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.error.MalformedException;
import io.sinter.error.SinterException;
import io.sinter.error.UnsupportedException;
import io.sinter.source.ModelConfig;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** Configurations of families of pictures that lack something, ask for what is not there, or do not fit the weights. */
class PictureMistakesTest {

    @TempDir
    private Path folder;

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(
                        "vit_base",
                        c -> c.remove("hidden_size"),
                        "no \"hidden_size\": expected a whole number above 0"),
                mistake("vit_base", c -> c.remove("image_size"), "no \"image_size\""),
                mistake(
                        "vit_base",
                        c -> c.putArray("image_size").add(16),
                        "image_size: got [16], expected 2 whole numbers"),
                mistake("vit_base", c -> c.put("patch_size", 17), "patch_size 17 is larger than image_size 16"),
                mistake("vit_base", c -> c.put("num_attention_heads", 5), "hidden_size 36 is no multiple of"),
                mistake("vit_base", c -> c.put("hidden_act", "selu"), "hidden_act: got \"selu\", expected gelu, "),
                mistake(
                        "vit_base",
                        c -> c.put("image_size", 20),
                        "tensor \"embeddings.position_embeddings\": got FLOAT [1, 17, 36], but config.json asks for"
                                + " floats [1, 26, 36]"),
                mistake("vit_base", c -> c.put("num_hidden_layers", 3), "no tensor \"encoder.layer.2."),
                mistake("dinov2_base", c -> c.put("mlp_ratio", 3), "tensor \"encoder.layer.0.mlp.fc"),
                mistake(
                        "dinov2_base",
                        c -> c.putArray("image_size").add(28).add(56),
                        "image_size: got [28,56], expected a square"),
                mistake("clip_base", c -> c.put("projection_dim", 21), "tensor \"text_projection.weight\""),
                mistake("clip_base", c -> c.remove("text_config"), "tensor \"text_model."),
                mistake(
                        "siglip_base",
                        c -> ((ObjectNode) c.get("vision_config")).put("vision_use_head", false),
                        "vision_config: vision_use_head: got false, expected true"),
                mistake(
                        "siglip_base",
                        c -> ((ObjectNode) c.get("text_config")).put("projection_size", 30),
                        "tensor \"text_model.head.weight\""));
    }

    private static Arguments mistake(String model, Consumer<ObjectNode> change, String message) {
        return Arguments.of(model, message, change);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("mistakes")
    void configuration_thatDoesNotFit_saysWhere(String model, String message, Consumer<ObjectNode> change) {
        GoldenModel golden = GoldenModel.named(model);
        ObjectNode json = (ObjectNode) golden.config().json().deepCopy();
        change.accept(json);
        ModelConfig config = Configurations.of(folder, json.toString());
        assertThatThrownBy(() -> EncoderGraph.build(config, golden.weights(), BuildOptions.PORTABLE))
                .isInstanceOf(SinterException.class)
                .hasMessageContaining(message);
    }

    @Test
    void vectors_ofTextsAndPicturesThatDiffer_areRefused() {
        ModelConfig config = Configurations.of(folder, """
            {"model_type": "siglip", "text_config": {"hidden_size": 12, "num_attention_heads": 3},
             "vision_config": {"hidden_size": 8, "num_attention_heads": 2}}\
            """);
        WeightSource weights = new ScatteredWeights(1, false, Set.of());
        assertThatThrownBy(() -> EncoderGraph.build(config, weights, BuildOptions.PORTABLE))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("vectors of texts have 12 numbers, those of pictures 8");
    }

    @Test
    void tower_thatIsNotThere_isRefused() {
        GoldenModel vit = GoldenModel.named("vit_base");
        assertThatThrownBy(() -> vit.build(BuildOptions.PORTABLE.withTower(Tower.TEXT)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("a vit has no towers: got text, expected both");
        ModelConfig text = Configurations.of(folder, "{\"model_type\": \"clip_text_model\"}");
        WeightSource none = new ScatteredWeights(1, false, Set.of());
        assertThatThrownBy(() -> EncoderGraph.build(text, none, BuildOptions.PORTABLE.withTower(Tower.IMAGE)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("model_type: got \"clip_text_model\", expected a model with a tower for image");
        BuildOptions classes = BuildOptions.PORTABLE.withHead(Head.CLASSIFICATION);
        assertThatThrownBy(() -> EncoderGraph.build(text, none, classes))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining(
                        "model_type: got \"clip_text_model\", expected clip or siglip for a head of classes");
    }
}
