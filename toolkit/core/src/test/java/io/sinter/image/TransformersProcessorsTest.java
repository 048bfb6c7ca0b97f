package io.sinter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.safetensors.SafetensorsFile;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures are prepared as transformers 5.17 prepared them ({@code processors.py}). */
class TransformersProcessorsTest {

    private static final Path FOLDER = Path.of("src/test/resources/images");

    @ParameterizedTest
    @ValueSource(strings = {"vit", "deit", "clip", "clip_large_crop", "bit", "siglip"})
    void pixels_ofEachProcessor_areTransformers(String name) {
        TensorData expected = SafetensorsFile.open(FOLDER.resolve("processors/processors.safetensors"))
                .tensor(name);
        ImageProcessor processor = ImageProcessor.read(FOLDER.resolve("processors/" + name + ".json"));
        TensorData pixels = processor.pixels(PictureFile.read(FOLDER.resolve("colour.png")));
        assertThat(pixels.shape()).isEqualTo(expected.shape());
        assertThat(pixels.toFloatArray()).containsExactly(expected.toFloatArray(), within(1e-5f));
    }
}
