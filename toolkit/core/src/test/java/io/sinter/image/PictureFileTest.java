package io.sinter.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.SinterException;
import io.sinter.error.UnsupportedException;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureFileTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_4BYTE_ABGR,
                BufferedImage.TYPE_BYTE_INDEXED
            })
    void read_ofColouredPng_givesItsChannels(int type) throws IOException {
        BufferedImage image = new BufferedImage(3, 2, type);
        image.setRGB(0, 0, new Color(255, 0, 51).getRGB());
        image.setRGB(2, 1, new Color(0, 102, 204).getRGB());
        Picture picture = PictureFile.read(write(image, "png"));
        assertThat(picture.width()).isEqualTo(3);
        assertThat(picture.height()).isEqualTo(2);
        assertThat(pixel(picture, 0, 0)).containsExactly(255, 0, 51);
        assertThat(pixel(picture, 2, 1)).containsExactly(0, 102, 204);
        assertThat(pixel(picture, 1, 0)).containsExactly(0, 0, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
    void read_ofGreyPng_givesThreeEqualChannelsAsStored(int type) throws IOException {
        BufferedImage image = new BufferedImage(2, 1, type);
        int full = type == BufferedImage.TYPE_BYTE_GRAY ? 1 : 256;
        image.getRaster().setSample(0, 0, 0, 100 * full);
        image.getRaster().setSample(1, 0, 0, 200 * full);
        Picture picture = PictureFile.read(write(image, "png"));
        assertThat(pixel(picture, 0, 0)).containsExactly(100, 100, 100);
        assertThat(pixel(picture, 1, 0)).containsExactly(200, 200, 200);
    }

    @Test
    void read_ofTransparentPng_dropsTransparency() throws IOException {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, new Color(10, 20, 30, 40).getRGB());
        assertThat(pixel(PictureFile.read(write(image, "png")), 0, 0)).containsExactly(10, 20, 30);
    }

    @Test
    void read_ofJpeg_isCloseToWhatWasWritten() throws IOException {
        BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 16 * 8; i++) {
            image.setRGB(i % 16, i / 16, new Color(200, 60, 20).getRGB());
        }
        Picture picture = PictureFile.read(write(image, "jpg"));
        int[] pixel = pixel(picture, 9, 5);
        assertThat(pixel[0]).isBetween(195, 205);
        assertThat(pixel[1]).isBetween(55, 65);
        assertThat(pixel[2]).isBetween(15, 25);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 40, 300})
    void read_ofAJpegThatEndsEarly_isRefused(int missing) throws IOException {
        byte[] whole = Files.readAllBytes(Path.of("src/test/resources/images/colour.jpg"));
        Path file = Files.write(folder.resolve("short.jpg"), Arrays.copyOf(whole, whole.length - missing));
        assertThatThrownBy(() -> PictureFile.read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessage(file + ": the file ends before the picture does; get it again");
    }

    @Test
    void read_ofAJpegWithFourChannels_isUnsupported() throws IOException {
        Path file = folder.resolve("cmyk.jpg");
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            Raster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 8, 8, 4, null);
            writer.write(null, new IIOImage(raster, null, null), null);
        } finally {
            writer.dispose();
        }
        assertThatThrownBy(() -> PictureFile.read(file))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("cmyk.jpg: a JPEG with four channels (CMYK)");
    }

    @Test
    void read_ofNoFile_isMissing() {
        assertThatThrownBy(() -> PictureFile.read(folder.resolve("none.png")))
                .isInstanceOf(MissingException.class)
                .hasMessageContaining("none.png: no such file");
    }

    @Test
    void read_ofAnotherFormat_isUnsupported() throws IOException {
        Path bitmap = write(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB), "bmp");
        Path text = Files.writeString(folder.resolve("picture.png"), "no picture");
        for (Path file : new Path[] {bitmap, text}) {
            assertThatThrownBy(() -> PictureFile.read(file))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("neither PNG nor JPEG");
        }
    }

    @Test
    void read_ofMorePixelsThanFit_isRefusedBeforeDecoding() throws IOException {
        byte[] png = Files.readAllBytes(write(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB), "png"));
        ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 60_000);
        Path bomb = Files.write(folder.resolve("bomb.png"), png);
        assertThatThrownBy(() -> PictureFile.read(bomb))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("bomb.png: got 60000 × 60000 pixels, expected at most 100000000 in all");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg"})
    void read_ofADamagedFile_neverFailsOtherwiseThanWithAMessage(String format) throws IOException {
        BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(11);
        for (int i = 0; i < 400; i++) {
            image.setRGB(i % 20, i / 20, random.nextInt());
        }
        byte[] whole = Files.readAllBytes(write(image, format));
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            byte[] damaged = i < 100 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            if (i >= 100) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Path file = Files.write(folder.resolve("damaged"), damaged);
            try {
                PictureFile.read(file);
            } catch (SinterException e) {
                assertThat(e).isInstanceOfAny(MalformedException.class, UnsupportedException.class);
                refused++;
            }
        }
        assertThat(refused).as("of 300, seed 11").isGreaterThan(30);
    }

    private Path write(BufferedImage image, String format) throws IOException {
        Path file = folder.resolve("picture." + format);
        assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
        return file;
    }

    private static int[] pixel(Picture picture, int x, int y) {
        return new int[] {picture.at(x, y, 0), picture.at(x, y, 1), picture.at(x, y, 2)};
    }
}
