package io.sinter.image;

import io.sinter.encoder.Settings;
import io.sinter.error.UnsupportedException;
import io.sinter.json.StrictJson;
import io.sinter.source.ModelConfig;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a {@code preprocessor_config.json} does to a picture, in this order: resized, its middle cropped, its numbers
 * scaled, and each channel normalised to (x − mean) / deviation.
 *
 * @param resize how, or nothing
 * @param crop the size of the middle that is kept, or nothing
 * @param channels what the numbers 0 to 255 become
 */
public record ImageProcessor(Optional<Resize> resize, Optional<Size> crop, Channels channels) {

    /** The file's name in a model's directory. */
    public static final String FILE = "preprocessor_config.json";

    private static final long MAX_BYTES = 1 << 20;

    /** Height and width in pixels. */
    public record Size(int height, int width) {}

    /** A change of size. */
    public record Resize(Target target, Resampling resampling) {}

    /** The size that a picture gets. */
    public sealed interface Target {

        /** That size, whatever the picture's shape. */
        record Exact(Size size) implements Target {}

        /** The shorter side gets so many pixels, and the longer as many as keep the shape. */
        record ShortestEdge(int pixels) implements Target {}

        /** What a picture of that size gets. */
        default Size of(int height, int width) {
            return switch (this) {
                case Exact(Size size) -> size;
                case ShortestEdge(int pixels) -> {
                    long longer = (long) pixels * Math.max(height, width) / Math.min(height, width);
                    if (longer * pixels > PictureFile.MAX_PIXELS) {
                        throw new UnsupportedException(
                                "a picture of %d × %d pixels, whose shorter side is to get %d: too long; crop it"
                                        .formatted(width, height, pixels));
                    }
                    yield height < width ? new Size(pixels, (int) longer) : new Size((int) longer, pixels);
                }
            };
        }
    }

    /**
     * (x · factor − mean) / deviation, channel by channel.
     *
     * @param factor such as 1/255
     * @param mean of each channel
     * @param deviation of each channel
     */
    public record Channels(double factor, List<Double> mean, List<Double> deviation) {

        float of(int value, int channel) {
            return (float) ((value * factor - mean.get(channel)) / deviation.get(channel));
        }
    }

    /**
     * Reads a file. Where it names no class of processor, that of the {@code model_type} in the {@code config.json} beside
     * it is taken.
     *
     * @throws io.sinter.error.MissingException if there is none, or a key that is needed
     * @throws io.sinter.error.MalformedException if a key holds what it cannot
     * @throws UnsupportedException if a key asks for something that is not implemented
     */
    public static ImageProcessor read(Path file) {
        return ProcessorConfig.of(Settings.of(file.toString(), StrictJson.object(file, MAX_BYTES)), config(file))
                .processor();
    }

    private static Optional<String> config(Path file) {
        Path config = file.resolveSibling("config.json");
        return Files.isRegularFile(config) ? ModelConfig.read(config).modelType() : Optional.empty();
    }

    /** The file with its class named, so that it can stand beside another {@code config.json}. */
    public static byte[] standalone(Path file) {
        return ProcessorConfig.standalone(StrictJson.object(file, MAX_BYTES), config(file));
    }

    /** The numbers of one picture: float32 {@code [1, 3, height, width]}. */
    public TensorData pixels(Picture picture) {
        Picture sized = resize.map(r -> resized(picture, r)).orElse(picture);
        Picture cropped = crop.map(c -> sized.center(c.width(), c.height())).orElse(sized);
        int plane = cropped.width() * cropped.height();
        TensorData pixels = TensorData.allocate(
                DType.FLOAT, List.of(1L, (long) Picture.CHANNELS, (long) cropped.height(), (long) cropped.width()));
        for (int c = 0; c < Picture.CHANNELS; c++) {
            for (int i = 0; i < plane; i++) {
                int value = cropped.at(i % cropped.width(), i / cropped.width(), c);
                pixels.data().set(TensorData.F32, ((long) c * plane + i) * Float.BYTES, channels.of(value, c));
            }
        }
        return pixels;
    }

    private static Picture resized(Picture picture, Resize resize) {
        Size size = resize.target().of(picture.height(), picture.width());
        return resize.resampling().resize(picture, size.width(), size.height());
    }
}
