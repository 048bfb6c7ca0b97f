package io.sinter.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.encoder.ModelSessions;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.image.ImageProcessor;
import io.sinter.image.PictureFile;
import io.sinter.json.StrictJson;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.pass.fuse.Target;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.CheckpointSource;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class PictureEmbedderTest {

    private static final Path MODELS = Path.of("src/test/resources/golden/models");
    private static final Path IMAGES = Path.of("src/test/resources/images");
    private static final List<Path> FILES = List.of(IMAGES.resolve("colour.jpg"), IMAGES.resolve("grey.png"));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "clip_base, image_embeds",
        "siglip_base, image_embeds",
        "vit_base, pooler_output",
        "dinov2_base, pooler_output"
    })
    void embed_withoutAPooling_takesWhatTheFamilyMakesOfAPicture(String name, String output) throws IOException {
        Path model = copy(MODELS.resolve(name));
        try (PictureEmbedder embedder = open(model, unscaled())) {
            assertThat(embedder.output()).isEqualTo(output);
            TensorData vectors = embedder.embed(FILES);
            assertThat(embedder.width()).hasValue(vectors.dim(1));
            for (int i = 0; i < FILES.size(); i++) {
                assertClose(vectors.rows(i, i + 1), byHand(model, FILES.get(i), output));
            }
        }
    }

    @Test
    void embed_ofAGraphOfBothTowers_givesTheCheckpointsVectors() throws IOException {
        Path checkpoint = copy(MODELS.resolve("clip_base"));
        Path exported = Files.createDirectory(folder.resolve("exported"));
        OnnxWriter.write(graph(checkpoint), exported.resolve("model.onnx"), WriteOptions.DEFAULT);
        for (String file : List.of("preprocessor_config.json", "config.json", "tokenizer.json")) {
            Files.copy(checkpoint.resolve(file), exported.resolve(file));
        }
        EmbedderOptions options = EmbedderOptions.DEFAULT;
        try (PictureEmbedder graph = open(exported, options);
                PictureEmbedder weights = open(checkpoint, options)) {
            assertClose(graph.embed(FILES), weights.embed(FILES));
        }
        try (Embedder graph = Embedder.open(new OrtRuntime(), ModelSource.open(exported), options);
                Embedder weights = Embedder.open(new OrtRuntime(), ModelSource.open(checkpoint), options)) {
            assertClose(graph.embed(List.of("a cat", "a rocket")), weights.embed(List.of("a cat", "a rocket")));
        }
    }

    @Test
    void embed_withAPooling_poolsAllTokensOfAPicture() {
        Path model = MODELS.resolve("vit_base");
        TensorData states = byHand(model, FILES.getFirst(), "last_hidden_state");
        long width = states.dim(2);
        try (PictureEmbedder cls = open(model, unscaled().withPooling(Pooling.CLS));
                PictureEmbedder mean = open(model, unscaled().withPooling(Pooling.MEAN))) {
            TensorData rows = states.reshape(List.of(states.dim(1), width));
            assertClose(cls.embed(FILES.subList(0, 1)), rows.rows(0, 1));
            float[] expected = new float[(int) width];
            for (long s = 0; s < rows.dim(0); s++) {
                float[] row = rows.rows(s, s + 1).toFloatArray();
                for (int i = 0; i < expected.length; i++) {
                    expected[i] += row[i] / rows.dim(0);
                }
            }
            assertClose(mean.embed(FILES.subList(0, 1)), TensorData.of(List.of(1L, width), expected));
        }
    }

    @Test
    void open_ofAClassifier_wantsAPooling() throws IOException {
        Path model = copy(Path.of("src/test/resources/golden/families/dinov2_cls"));
        assertThatThrownBy(() -> open(model, EmbedderOptions.DEFAULT))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("which output is a picture's vector is not known")
                .hasMessageContaining("\"logits\" FLOAT [batch, 3]")
                .hasMessageContaining("give a pooling, such as cls or mean");
        try (PictureEmbedder embedder = open(model, EmbedderOptions.DEFAULT.withPooling(Pooling.CLS))) {
            assertThat(embedder.embed(FILES).shape()).hasSize(2).startsWith(2L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert_base", "roberta_base"})
    void open_ofAModelOfTexts_isRefused(String name) {
        assertThatThrownBy(() -> open(MODELS.resolve(name), EmbedderOptions.DEFAULT))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("expected pixel_values alone; is it a model of pictures?");
    }

    /** The model with a processor that makes pictures of its size. */
    private Path copy(Path model) throws IOException {
        Path copy = Files.createDirectory(folder.resolve("model"));
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
            if (Files.exists(model.resolve(file))) {
                Files.copy(model.resolve(file), copy.resolve(file));
            }
        }
        JsonNode config = StrictJson.object(model.resolve("config.json"), 1 << 20);
        int side = config.path("vision_config")
                .path("image_size")
                .asInt(config.path("image_size").asInt(0));
        Files.writeString(
                copy.resolve(ImageProcessor.FILE),
                "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": %d}".formatted(side));
        return copy;
    }

    private static EmbedderOptions unscaled() {
        return EmbedderOptions.DEFAULT.withNormalization(Normalization.NONE);
    }

    private static PictureEmbedder open(Path model, EmbedderOptions options) {
        return PictureEmbedder.open(new OrtRuntime(), ModelSource.open(model), options);
    }

    private static Model graph(Path checkpoint) {
        return ModelSessions.graph((CheckpointSource) ModelSource.open(checkpoint), Target.PORTABLE);
    }

    /** An output of the whole graph, fed without the classes under test; a text beside the picture changes nothing. */
    private static TensorData byHand(Path model, Path file, String output) {
        TensorData pixels =
                ImageProcessor.read(model.resolve(ImageProcessor.FILE)).pixels(PictureFile.read(file));
        TensorData ids = TensorData.of(List.of(1L, 3L), 5, 6, 7);
        Map<String, TensorData> all = Map.of(
                "pixel_values", pixels, "input_ids", ids, "attention_mask", TensorData.of(List.of(1L, 3L), 1, 1, 1));
        try (Session session = new OrtRuntime().open(graph(model), SessionOptions.DEFAULT)) {
            Map<String, TensorData> inputs = new HashMap<>(all);
            inputs.keySet()
                    .retainAll(
                            session.inputs().stream().map(port -> port.name()).toList());
            return session.run(inputs, output);
        }
    }

    private static void assertClose(TensorData got, TensorData expected) {
        assertThat(got.shape()).isEqualTo(expected.shape());
        assertThat(got.toFloatArray()).containsExactly(expected.toFloatArray(), within(1e-4f));
    }
}
