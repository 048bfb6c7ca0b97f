package io.sinter.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.inference.Classifier.Score;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureClassifierTest {

    private static final Path FAMILIES = Path.of("src/test/resources/golden/families");
    private static final Path IMAGES = Path.of("src/test/resources/images");

    @TempDir
    private Path folder;

    @BeforeEach
    void copyModel() throws IOException {
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(FAMILIES.resolve("dinov2_cls").resolve(file), folder.resolve(file));
        }
        processor("\"size\": {\"shortest_edge\": 18}, \"crop_size\": 14");
    }

    @Test
    void classify_ofPictures_givesEachItsLabels() {
        try (PictureClassifier classifier = open()) {
            List<Path> files =
                    List.of(IMAGES.resolve("colour.png"), IMAGES.resolve("grey.jpg"), IMAGES.resolve("colour.png"));
            List<List<Score>> scores = classifier.classify(files);
            assertThat(scores).hasSize(3).allSatisfy(labels -> {
                assertThat(labels).hasSize(3).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
                assertThat(labels.stream().mapToDouble(Score::score).sum()).isCloseTo(1, within(1e-6));
            });
            assertThat(scores.get(0)).isEqualTo(scores.get(2)).isNotEqualTo(scores.get(1));
        }
    }

    @Test
    void classify_ofPicturesPreparedInAnotherSize_saysSo() throws IOException {
        processor("\"size\": {\"shortest_edge\": 18}, \"crop_size\": 16");
        try (PictureClassifier classifier = open()) {
            assertThatThrownBy(() -> classifier.classify(List.of(IMAGES.resolve("colour.png"))))
                    .isInstanceOf(IncompatibleException.class)
                    .hasMessageContaining("makes [1, 3, 16, 16] of it, but the model takes [batch, 3, 14, 14]");
        }
    }

    @Test
    void classify_ofAMissingFile_saysSo() {
        try (PictureClassifier classifier = open()) {
            assertThatThrownBy(() -> classifier.classify(List.of(folder.resolve("none.png"))))
                    .isInstanceOf(MissingException.class);
        }
    }

    @Test
    void open_ofWhatIsNoClassifierOfPictures_isRefused() throws IOException {
        Path text = Path.of("src/test/resources/golden/models/bert_cls3");
        assertThatThrownBy(
                        () -> PictureClassifier.open(new OrtRuntime(), ModelSource.open(text), LogitsOptions.DEFAULT))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("expected pixel_values alone");
        Files.delete(folder.resolve("preprocessor_config.json"));
        assertThatThrownBy(this::open)
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("preprocessor_config.json");
    }

    private PictureClassifier open() {
        return PictureClassifier.open(new OrtRuntime(), ModelSource.open(folder), LogitsOptions.DEFAULT);
    }

    private void processor(String keys) throws IOException {
        Files.writeString(
                folder.resolve("preprocessor_config.json"),
                "{\"image_processor_type\": \"BitImageProcessor\", %s}".formatted(keys));
    }
}
