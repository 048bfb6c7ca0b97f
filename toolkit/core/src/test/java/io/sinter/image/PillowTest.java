package io.sinter.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.safetensors.SafetensorsFile;
import io.sinter.tensor.TensorData;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures are decoded and resized to the very numbers that Pillow 12.3 computed ({@code pillow.py}). */
class PillowTest {

    private static final Path FOLDER = Path.of("src/test/resources/images");

    static Stream<String> sizes() {
        return recorded().names().stream().filter(name -> name.startsWith("small."));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void resize_byEveryFilter_isPillows(String name) {
        String[] parts = name.split("[.x]");
        Resampling resampling = Resampling.of(Long.parseLong(parts[1])).orElseThrow();
        Picture resized = resampling.resize(picture("small"), Integer.parseInt(parts[2]), Integer.parseInt(parts[3]));
        assertThat(resized.rgb()).isEqualTo(picture(name).rgb());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "colour.jpg",
                "full.jpg",
                "grey.jpg",
                "colour.png",
                "grey.png",
                "palette.png",
                "bits.png",
                "alpha.png",
                "grey_alpha.png"
            })
    void read_ofEveryKindOfFile_isPillows(String name) {
        Picture read = PictureFile.read(FOLDER.resolve(name));
        Picture expected = picture(name);
        assertThat(read.width()).isEqualTo(expected.width());
        assertThat(read.rgb()).isEqualTo(expected.rgb());
    }

    private static SafetensorsFile recorded() {
        return SafetensorsFile.open(FOLDER.resolve("pillow.safetensors"));
    }

    private static Picture picture(String name) {
        TensorData tensor = recorded().tensor(name);
        byte[] rgb = tensor.data().toArray(ValueLayout.JAVA_BYTE);
        return new Picture((int) tensor.dim(1), (int) tensor.dim(0), rgb);
    }
}
