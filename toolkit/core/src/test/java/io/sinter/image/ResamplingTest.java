package io.sinter.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Expected numbers are worked out by hand from the filters' definitions. */
class ResamplingTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                // centres at 1 and 3, a triangle of half-width 2: (3, 3, 1)/7 and (1, 3, 3)/7 of its values
                "BILINEAR; 10 20 40 80; 2; 19 54",
                "BOX;      10 20 40 80; 2; 15 60",
                "NEAREST;  10 20 40 80; 2; 20 80",
                "NEAREST;  10 20; 4; 10 10 20 20",
                // a quarter and three quarters between neighbours, the edge repeated
                "BILINEAR; 0 100; 4; 0 25 75 100",
                // weights at ¼ and ¾: (-0.0703125, 0.8671875, 0.2265625, -0.0234375); sums beyond 0 and 255 are cut off
                "BICUBIC;  0 0 255 255 0 0; 12; 0 0 0 52 203 255 255 203 52 0 0 0",
                "BICUBIC;  7; 3; 7 7 7",
                "LANCZOS;  200 200 200; 2; 200 200",
                "HAMMING;  1 2 3; 3; 1 2 3"
            })
    void resize_ofARow_weighsNeighbours(Resampling resampling, String row, int width, String expected) {
        int[] pixels = numbers(row);
        Picture wide = resampling.resize(picture(pixels, pixels.length, 1), width, 1);
        Picture tall = resampling.resize(picture(pixels, 1, pixels.length), 1, width);
        int[] wanted = numbers(expected);
        for (int i = 0; i < width; i++) {
            for (int c = 0; c < 3; c++) {
                assertThat(wide.at(i, 0, c)).as("column %d of %s", i, expected).isEqualTo(wanted[i]);
                assertThat(tall.at(0, i, c)).as("row %d of %s", i, expected).isEqualTo(wanted[i]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Resampling.class)
    void resize_toTheSameSize_changesNothing(Resampling resampling) {
        Random random = new Random(3);
        byte[] rgb = new byte[5 * 4 * 3];
        random.nextBytes(rgb);
        assertThat(resampling.resize(new Picture(5, 4, rgb), 5, 4).rgb()).isEqualTo(rgb);
    }

    @ParameterizedTest
    @EnumSource(Resampling.class)
    void resize_ofOneColour_keepsIt(Resampling resampling) {
        byte[] rgb = new byte[13 * 7 * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (100 + 70 * (i % 3));
        }
        Picture resized = resampling.resize(new Picture(13, 7, rgb), 6, 17);
        assertThat(resized.rgb()).hasSize(6 * 17 * 3);
        for (int i = 0; i < resized.rgb().length; i++) {
            assertThat(resized.rgb()[i]).isEqualTo((byte) (100 + 70 * (i % 3)));
        }
    }

    @Test
    void resize_withChannels_keepsThemApart() {
        byte[] rgb = {0, 50, 100, 0, 50, 100};
        Picture resized = Resampling.BILINEAR.resize(new Picture(2, 1, rgb), 3, 2);
        assertThat(resized.at(1, 1, 0)).isZero();
        assertThat(resized.at(1, 1, 1)).isEqualTo(50);
        assertThat(resized.at(1, 1, 2)).isEqualTo(100);
    }

    private static int[] numbers(String text) {
        return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
    }

    private static Picture picture(int[] gray, int width, int height) {
        byte[] rgb = new byte[gray.length * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) gray[i / 3];
        }
        return new Picture(width, height, rgb);
    }
}
