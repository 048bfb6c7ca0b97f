package io.sinter.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.encoder.ModelSessions;
import io.sinter.image.ImageProcessor;
import io.sinter.image.PictureFile;
import io.sinter.inference.Classifier.Score;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A real classifier of pictures on real pictures, beside a ViT in numpy and float64 that shares nothing with this one
 * ({@code vit_numpy.py}, which gives transformers' logits of the model's own test pictures to 4e-6).
 */
@Tag("slow")
class VitMiniTest {

    private static final Path SAMPLES = Path.of("../../samples");
    private static final Path MODEL = SAMPLES.resolve("models/vit-mini");
    private static final List<Path> FILES = List.of("astronaut", "chelsea", "coffee", "rocket").stream()
            .map(name -> SAMPLES.resolve("pictures/" + name + ".jpg"))
            .toList();

    @Test
    void logits_ofRecordedPixels_areNumpys() {
        float[] expected = recorded("logits").toFloatArray();
        try (Session session = ModelSessions.open(new OrtRuntime(), ModelSource.open(MODEL), SessionOptions.DEFAULT)) {
            TensorData logits = session.run(Map.of("pixel_values", recorded("pixel_values")), "logits");
            assertThat(logits.toFloatArray()).containsExactly(expected, within(1e-4f));
        }
    }

    @Test
    void pixels_ofThePictures_areTheRecordedOnes() {
        ImageProcessor processor = ImageProcessor.read(MODEL.resolve(ImageProcessor.FILE));
        for (int i = 0; i < FILES.size(); i++) {
            float[] pixels = processor.pixels(PictureFile.read(FILES.get(i))).toFloatArray();
            float[] expected = recorded("pixel_values").rows(i, i + 1).toFloatArray();
            assertThat(pixels).containsExactly(expected, within(1e-6f));
        }
    }

    @Test
    void classify_ofThePictures_ranksAsTheLogits() {
        try (PictureClassifier classifier =
                PictureClassifier.open(new OrtRuntime(), ModelSource.open(MODEL), LogitsOptions.DEFAULT)) {
            List<List<Score>> scores = classifier.classify(FILES);
            assertThat(scores.stream().map(labels -> labels.getFirst().label()))
                    .containsExactly("truck", "dog", "truck", "deer");
            assertThat(scores.stream()
                            .mapToDouble(labels -> labels.getFirst().score())
                            .boxed())
                    .satisfies(best -> {
                        for (int i = 0; i < best.size(); i++) {
                            LogitsRow row = LogitsRow.of(recorded("logits"), i);
                            assertThat(best.get(i)).isCloseTo(Math.exp(row.logProbability(row.argMax())), within(1e-4));
                        }
                    });
        }
    }

    private static TensorData recorded(String name) {
        return SafetensorsFile.open(Path.of("src/test/resources/images/vit-mini/vit_numpy.safetensors"))
                .tensor(name);
    }
}
