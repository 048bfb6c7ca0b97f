package io.sinter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.SinterException;
import io.sinter.error.UnsupportedException;
import io.sinter.image.ImageProcessor.Size;
import io.sinter.image.ImageProcessor.Target;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageProcessorTest {

    @TempDir
    private Path folder;

    @Test
    void read_ofVit_takesWhatIsThereAndTheClassesDefaults() {
        ImageProcessor processor = processor("""
            {"image_processor_type": "ViTImageProcessor", "size": {"height": 32, "width": 24}, "resample": 3,
             "image_mean": [0.1, 0.2, 0.3]}\
            """);
        assertThat(processor.resize())
                .contains(new ImageProcessor.Resize(new Target.Exact(new Size(32, 24)), Resampling.BICUBIC));
        assertThat(processor.crop()).isEmpty();
        assertThat(processor.channels().factor()).isEqualTo(1.0 / 255);
        assertThat(processor.channels().mean()).containsExactly(0.1, 0.2, 0.3);
        assertThat(processor.channels().deviation()).containsExactly(0.5, 0.5, 0.5);
    }

    @Test
    void read_ofOldClip_takesNumbersAsTheShorterSideAndASquare() {
        ImageProcessor processor = processor("""
            {"feature_extractor_type": "CLIPFeatureExtractor", "size": 224, "crop_size": 200, "do_normalize": false}\
            """);
        assertThat(processor.resize().orElseThrow().target()).isEqualTo(new Target.ShortestEdge(224));
        assertThat(processor.crop()).contains(new Size(200, 200));
        assertThat(processor.channels().mean()).containsExactly(0.0, 0.0, 0.0);
    }

    @Test
    void read_withoutAClass_takesThatOfTheModel() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"dinov2\"}");
        assertThat(processor("{}").resize())
                .contains(new ImageProcessor.Resize(new Target.ShortestEdge(224), Resampling.BICUBIC));
    }

    @ParameterizedTest
    @CsvSource({"480, 640, 224, 298", "640, 480, 298, 224", "100, 100, 224, 224", "3, 1000, 224, 74666"})
    void shortestEdge_keepsTheShape_roundedDown(int height, int width, int newHeight, int newWidth) {
        assertThat(new Target.ShortestEdge(224).of(height, width)).isEqualTo(new Size(newHeight, newWidth));
    }

    @Test
    void shortestEdge_ofAThread_isRefused() {
        assertThatThrownBy(() -> new Target.ShortestEdge(224).of(1, 10_000_000))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("10000000 × 1 pixels");
    }

    @Test
    void pixels_areResizedCroppedScaledAndNormalised() {
        ImageProcessor processor = processor("""
            {"image_processor_type": "BitImageProcessorFast", "size": {"shortest_edge": 2}, "resample": 0,
             "crop_size": {"height": 2, "width": 2}, "rescale_factor": 0.01, "image_mean": [0.5, 0, 1],
             "image_std": [2, 1, 0.5]}\
            """);
        byte[] rgb = new byte[4 * 2 * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i * 10);
        }
        TensorData pixels = processor.pixels(new Picture(4, 2, rgb));
        assertThat(pixels.shape()).containsExactly(1L, 3L, 2L, 2L);
        assertThat(pixels.toFloatArray())
                .containsExactly(
                        new float[] {
                            (0.3f - 0.5f) / 2,
                            (0.6f - 0.5f) / 2,
                            (1.5f - 0.5f) / 2,
                            (1.8f - 0.5f) / 2,
                            0.4f,
                            0.7f,
                            1.6f,
                            1.9f,
                            (0.5f - 1) * 2,
                            (0.8f - 1) * 2,
                            (1.7f - 1) * 2,
                            (2.0f - 1) * 2
                        },
                        within(1e-6f));
    }

    @Test
    void center_ofASmallerPicture_isSurroundedByBlack() {
        Picture cropped = new Picture(2, 1, new byte[] {1, 2, 3, 4, 5, 6}).center(5, 3);
        assertThat(cropped.at(2, 1, 0)).isEqualTo(1);
        assertThat(cropped.at(3, 1, 2)).isEqualTo(6);
        int sum = 0;
        for (byte value : cropped.rgb()) {
            sum += value;
        }
        assertThat(sum).isEqualTo(21);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{}; no \"image_processor_type\": expected one of BitImageProcessor, CLIPImageProcessor,"
                        + " DeiTImageProcessor",
                "{\"image_processor_type\": \"FooImageProcessor\"}; image_processor_type: got \"FooImageProcessor\"",
                "{\"image_processor_type\": \"ViTImageProcessor\", \"resample\": 6}; resample: got 6, expected 0 to 5",
                "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": {\"width\": 3}}; size: no \"height\"",
                "{\"image_processor_type\": \"ViTImageProcessor\", \"image_std\": [1, 0, 1]}; expected no 0",
                "{\"image_processor_type\": \"ViTImageProcessor\", \"image_mean\": [1]}; expected 3 numbers",
                "{\"image_processor_type\": \"ViTImageProcessor\", \"do_center_crop\": true}; no \"crop_size\"",
                "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": 100000}; got a side of 100000 pixels",
                "{\"image_processor_type\": \"CLIPImageProcessor\", \"size\": {\"shortest_edge\": 2, \"longest_edge\":"
                        + " 3}}; size: got"
            })
    void read_ofWhatCannotBeDone_saysWhere(String json, String message) {
        assertThatThrownBy(() -> processor(json))
                .isInstanceOf(SinterException.class)
                .hasMessageContaining("preprocessor_config.json")
                .hasMessageContaining(message);
    }

    private ImageProcessor processor(String json) {
        try {
            return ImageProcessor.read(Files.writeString(folder.resolve(ImageProcessor.FILE), json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
