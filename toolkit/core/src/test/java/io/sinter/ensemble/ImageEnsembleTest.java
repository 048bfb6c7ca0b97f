package io.sinter.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.SinterException;
import io.sinter.image.ImageProcessor;
import io.sinter.inference.Classifier;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.LogitsOptions;
import io.sinter.inference.PairClassifier;
import io.sinter.inference.PairEmbedder;
import io.sinter.inference.PictureEmbedder;
import io.sinter.inference.TextAndPicture;
import io.sinter.json.StrictJson;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.Session;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.ModelSource;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Encoders of texts and of pictures in one graph, either absent. */
class ImageEnsembleTest {

    private static final Path MODELS = Path.of("src/test/resources/golden/models");
    private static final Path PICTURE = Path.of("src/test/resources/images/colour.jpg");
    private static final String TOWERS = """
            models:
              - {name: words, model: %1$s, tower: text}
              - {name: pictures, model: %1$s, tower: image}
            combine: {level: sentence, method: %2$s}
            """;

    @TempDir
    Path temp;

    private EnsembleFolder folder;

    @BeforeEach
    void open() {
        folder = new EnsembleFolder(temp);
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip_base", "siglip_base"})
    void concatenation_ofBothTowers_isTheRecordedFeatures(String name) throws IOException {
        copy(name);
        folder.merge(TOWERS.formatted(name, "concatenation"), "out");
        SafetensorsFile golden = SafetensorsFile.open(MODELS.resolve(name).resolve("golden.safetensors"));
        TensorData texts = golden.tensor("text_embeds");
        TensorData images = golden.tensor("image_embeds");
        TensorData merged = run(golden, new boolean[] {true, true, true}, new boolean[] {true, true, true});
        for (int row = 0; row < 3; row++) {
            float[] both = merged.rows(row, row + 1).toFloatArray();
            assertThat(both).hasSize((int) (texts.dim(1) + images.dim(1)));
            for (int i = 0; i < both.length; i++) {
                float expected = i < texts.dim(1)
                        ? texts.rows(row, row + 1).toFloatArray()[i]
                        : images.rows(row, row + 1).toFloatArray()[i - (int) texts.dim(1)];
                assertThat(both[i]).isCloseTo(expected, within(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "clip_base; average; 0.5; 0.5",
                "clip_base; weighted-sum, weights: [3, 1], normalize: true; 0.75; 0.25",
                "siglip_base; weighted-sum, weights: [0.6, 0.2]; 0.6; 0.2"
            })
    void weightedSum_whereOneIsAbsent_givesTheOtherItsWeight(String name, String method, float words, float pictures)
            throws IOException {
        copy(name);
        folder.merge(TOWERS.formatted(name, method), "out");
        SafetensorsFile golden = SafetensorsFile.open(MODELS.resolve(name).resolve("golden.safetensors"));
        float[] text = golden.tensor("text_embeds").rows(0, 1).toFloatArray();
        float[] image = golden.tensor("image_embeds").rows(0, 1).toFloatArray();
        // rows: the first text and the first picture, the second text, the second picture, nothing
        TensorData mixed =
                run(golden, new boolean[] {true, true, false, false}, new boolean[] {true, false, true, false});
        float all = words + pictures;
        requireRow(mixed, 0, text, words, image, pictures);
        requireRow(mixed, 1, golden.tensor("text_embeds").rows(1, 2).toFloatArray(), all, image, 0);
        requireRow(mixed, 2, text, 0, golden.tensor("image_embeds").rows(1, 2).toFloatArray(), all);
        requireRow(mixed, 3, text, 0, image, 0);
        requireRow(run(golden, new boolean[] {true}, new boolean[] {false}), 0, text, all, image, 0);
        requireRow(run(golden, new boolean[] {false}, new boolean[] {true}), 0, text, 0, image, all);
    }

    @Test
    void embed_ofPairs_givesTheEncodersVectors() throws IOException {
        copy("vit_base");
        folder.encoder("words", TinyEncoders.of(8), "bert_base");
        folder.merge("""
                models:
                  - {name: words, model: words, pooling: mean}
                  - {name: vit, model: vit_base, pooling: cls}
                combine: {level: sentence, method: concatenation}
                """, "out");
        TensorData text = folder.embed("words", EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN), List.of("a cat"));
        EmbedderOptions plain = EmbedderOptions.DEFAULT.withNormalization(Normalization.NONE);
        ModelSource out = ModelSource.open(temp.resolve("out"));
        assertThat(PairEmbedder.reads(out)).isTrue();
        assertThat(PairEmbedder.reads(ModelSource.open(temp.resolve("words")))).isFalse();
        try (PictureEmbedder vit = PictureEmbedder.open(
                        EnsembleFolder.RUNTIME,
                        ModelSource.open(temp.resolve("vit_base")),
                        plain.withPooling(Pooling.CLS));
                PairEmbedder pairs = PairEmbedder.open(EnsembleFolder.RUNTIME, out, plain)) {
            TensorData picture = vit.embed(List.of(PICTURE));
            TensorData got = pairs.embed(List.of(
                    TextAndPicture.picture(PICTURE).withText("a cat"),
                    TextAndPicture.text("a cat"),
                    TextAndPicture.picture(PICTURE)));
            for (int row = 0; row < 3; row++) {
                float[] vector = got.rows(row, row + 1).toFloatArray();
                for (int i = 0; i < vector.length; i++) {
                    boolean ofText = i < text.dim(1);
                    float expected = ofText ? text.toFloatArray()[i] : picture.toFloatArray()[i - (int) text.dim(1)];
                    boolean absent = ofText ? row == 2 : row == 1;
                    assertThat(vector[i]).isCloseTo(absent ? 0 : expected, within(1e-4f));
                }
            }
        }
    }

    @Test
    void classify_ofPairs_isTheClassifierOfTheirVectors() throws IOException {
        copy("clip_base");
        TensorData weight = TensorData.of(List.of(2L, 20L), random(40));
        SafetensorsWriter.write(
                temp.resolve("head.safetensors"),
                Map.of("weight", weight, "bias", TensorData.vector(0.25f, -0.5f)),
                Map.of());
        folder.merge(TOWERS.formatted("clip_base", "average") + """
                output: {classifier: {parameters: head.safetensors, labels: [indoors, outdoors]}}
                """, "out");
        List<TextAndPicture> pairs = List.of(
                TextAndPicture.picture(PICTURE).withText("a cat"),
                TextAndPicture.text("a cat"),
                TextAndPicture.picture(PICTURE));
        ModelSource out = ModelSource.open(temp.resolve("out"));
        EmbedderOptions plain = EmbedderOptions.DEFAULT.withNormalization(Normalization.NONE);
        try (PairEmbedder embedder = PairEmbedder.open(EnsembleFolder.RUNTIME, out, plain);
                PairClassifier classifier = PairClassifier.open(EnsembleFolder.RUNTIME, out, LogitsOptions.DEFAULT)) {
            TensorData vectors = embedder.embed(pairs);
            List<List<Classifier.Score>> scores = classifier.classify(pairs);
            for (int row = 0; row < pairs.size(); row++) {
                float[] vector = vectors.rows(row, row + 1).toFloatArray();
                double difference = 0.75 + dot(weight, 0, vector) - dot(weight, 1, vector);
                double indoors = 1 / (1 + Math.exp(-difference));
                assertThat(scores.get(row).getFirst().label()).isEqualTo(indoors > 0.5 ? "indoors" : "outdoors");
                assertThat(scores.get(row).getFirst().score()).isCloseTo(Math.max(indoors, 1 - indoors), within(1e-4));
            }
        }
    }

    private static float[] random(int count) {
        Random random = new Random(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static double dot(TensorData matrix, int row, float[] vector) {
        float[] weights = matrix.rows(row, row + 1).toFloatArray();
        double sum = 0;
        for (int i = 0; i < vector.length; i++) {
            sum += (double) weights[i] * vector[i];
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{model: clip_base}, {name: t, model: words, pooling: mean} | sentence | clip_base: reads texts and pictures; give tower: text or tower: image",
                "{name: a, model: clip_base, tower: image}, {name: b, model: clip_base, tower: image} | sentence | all of them read pictures",
                "{name: a, model: clip_base, tower: image}, {name: b, model: clip_base, tower: text} | token | a picture has no tokens that stand beside",
                "{name: a, model: clip_base, tower: image, prompt: x}, {name: b, model: clip_base, tower: text} | sentence | a: prompt: is of texts"
            })
    void plan_ofWhatCannotBe_saysWhy(String models, String level, String message) throws IOException {
        copy("clip_base");
        folder.encoder("words", TinyEncoders.of(8), "bert_base");
        String recipe = "models: [%s]\ncombine: {level: %s, method: concatenation}\n".formatted(models, level);
        assertThatThrownBy(() -> folder.plan(recipe))
                .isInstanceOf(SinterException.class)
                .hasMessageContaining(message);
    }

    private static void requireRow(TensorData rows, int row, float[] text, float words, float[] image, float pictures) {
        float[] got = rows.rows(row, row + 1).toFloatArray();
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i]).as("row %d", row).isCloseTo(words * text[i] + pictures * image[i], within(1e-4f));
        }
    }

    /** The merged graph on as many of the recorded texts and pictures as are marked. */
    private TensorData run(SafetensorsFile golden, boolean[] texts, boolean[] images) {
        Map<String, TensorData> inputs = new HashMap<>();
        inputs.put("input_ids", golden.tensor("input_ids").rows(0, count(texts)));
        inputs.put("pixel_values", golden.tensor("pixel_values").rows(0, count(images)));
        inputs.put("text_present", marks(texts));
        inputs.put("image_present", marks(images));
        try (Session session =
                EnsembleFolder.RUNTIME.open(temp.resolve("out").resolve("model.onnx"), EnsembleFolder.ONE_THREAD)) {
            if (session.inputs().stream().anyMatch(port -> port.name().equals("attention_mask"))) {
                inputs.put("attention_mask", golden.tensor("attention_mask").rows(0, count(texts)));
            }
            return session.run(inputs, "sentence_embedding");
        }
    }

    private static int count(boolean[] marks) {
        int count = 0;
        for (boolean mark : marks) {
            count += mark ? 1 : 0;
        }
        return count;
    }

    private static TensorData marks(boolean[] values) {
        TensorData marks = TensorData.allocate(DType.BOOL, List.of((long) values.length));
        for (int i = 0; i < values.length; i++) {
            marks.data().set(ValueLayout.JAVA_BYTE, i, (byte) (values[i] ? 1 : 0));
        }
        return marks;
    }

    /** The model with a processor that makes pictures of its size. */
    private void copy(String name) throws IOException {
        Path model = MODELS.resolve(name);
        Path copy = Files.createDirectory(temp.resolve(name));
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
    }
}
