package io.sinter.image;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads PNG and JPEG files as Pillow does with {@code Image.open(file).convert("RGB")}: colour profiles and orientation
 * tags are not looked at, transparency is dropped, grey becomes three equal channels.
 */
public final class PictureFile {

    /** Pixels of the largest picture that is read. */
    public static final long MAX_PIXELS = 100_000_000;

    private static final Set<String> FORMATS = Set.of("png", "jpeg");

    private PictureFile() {}

    /**
     * Reads a file. Its size in pixels is looked at before anything is decoded.
     *
     * @throws MissingException if there is none
     * @throws MalformedException if it is damaged, or ends early
     * @throws UnsupportedException if it is neither PNG nor JPEG, too large, or in a colour space other than RGB and grey
     */
    public static Picture read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new MissingException("%s: no such file: expected a PNG or JPEG picture".formatted(file));
        }
        try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
            ImageReader reader = reader(file, stream);
            try {
                reader.setInput(stream, true, true);
                requireSize(file, reader.getWidth(0), reader.getHeight(0));
                return rgb(decoded(file, reader));
            } finally {
                reader.dispose();
            }
        } catch (IOException | IndexOutOfBoundsException | IllegalArgumentException | NegativeArraySizeException e) {
            throw new MalformedException("%s: cannot be decoded: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Of a JPEG that ends early, the reader makes the rest up and but warns; Pillow refuses it, too. */
    private static BufferedImage decoded(Path file, ImageReader reader) throws IOException {
        boolean jpeg = reader.getFormatName().equalsIgnoreCase("jpeg");
        if (jpeg && !reader.getImageTypes(0).hasNext()) {
            throw otherColours(file);
        }
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
        BufferedImage image = reader.read(0);
        if (warnings.stream().anyMatch(warning -> warning.contains("Missing EOI"))) {
            throw new MalformedException(file + ": the file ends before the picture does; get it again");
        }
        if (jpeg && image.getRaster().getNumBands() > Picture.CHANNELS) {
            throw otherColours(file);
        }
        return image;
    }

    private static UnsupportedException otherColours(Path file) {
        return new UnsupportedException(
                file + ": a JPEG with four channels (CMYK), expected RGB or grey; convert the picture");
    }

    private static ImageReader reader(Path file, ImageInputStream stream) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                return reader;
            }
        }
        throw new UnsupportedException("%s: neither PNG nor JPEG; convert the picture".formatted(file));
    }

    private static void requireSize(Path file, int width, int height) {
        if ((long) width * height > MAX_PIXELS) {
            throw new UnsupportedException(
                    "%s: got %d × %d pixels, expected at most %d in all; make the picture smaller"
                            .formatted(file, width, height, MAX_PIXELS));
        }
    }

    /** Samples as they are stored: {@code BufferedImage.getRGB} would apply the colour space's curve to grey. */
    private static Picture rgb(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[width * height * Picture.CHANNELS];
        if (image.getColorModel() instanceof IndexColorModel colors) {
            fill(rgb, image.getRaster(), colors);
            return new Picture(width, height, rgb);
        }
        int bands = image.getRaster().getNumBands();
        int shift = image.getRaster().getSampleModel().getSampleSize(0) - Byte.SIZE;
        int[] row = new int[width * bands];
        for (int y = 0; y < height; y++) {
            image.getRaster().getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < Picture.CHANNELS; c++) {
                    int sample = row[x * bands + (bands < Picture.CHANNELS ? 0 : c)];
                    rgb[(y * width + x) * Picture.CHANNELS + c] = (byte) (sample >> Math.max(0, shift));
                }
            }
        }
        return new Picture(width, height, rgb);
    }

    private static void fill(byte[] rgb, Raster raster, IndexColorModel colors) {
        int[] row = new int[raster.getWidth()];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(0, y, raster.getWidth(), 1, 0, row);
            for (int x = 0; x < row.length; x++) {
                int at = (y * row.length + x) * Picture.CHANNELS;
                rgb[at] = (byte) colors.getRed(row[x]);
                rgb[at + 1] = (byte) colors.getGreen(row[x]);
                rgb[at + 2] = (byte) colors.getBlue(row[x]);
            }
        }
    }
}
