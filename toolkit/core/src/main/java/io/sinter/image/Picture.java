package io.sinter.image;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A picture of 8-bit red, green and blue, row by row from the top.
 *
 * @param width in pixels
 * @param height in pixels
 * @param rgb three bytes a pixel, without sign; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Picture(int width, int height, byte[] rgb) {

    /** Numbers of a pixel. */
    public static final int CHANNELS = 3;

    /** Checks the size. */
    public Picture {
        if (width < 1 || height < 1 || rgb.length != (long) width * height * CHANNELS) {
            throw new IllegalArgumentException("%d bytes for %d × %d pixels".formatted(rgb.length, width, height));
        }
    }

    /** The value of a channel, 0 to 255. */
    public int at(int x, int y, int channel) {
        return rgb[(y * width + x) * CHANNELS + channel] & 0xff;
    }

    /** The same as uint8 {@code [1, height, width, 3]}. */
    public TensorData tensor() {
        TensorData tensor = TensorData.allocate(DType.UINT8, List.of(1L, (long) height, (long) width, (long) CHANNELS));
        MemorySegment.copy(rgb, 0, tensor.data(), ValueLayout.JAVA_BYTE, 0, rgb.length);
        return tensor;
    }

    /**
     * The middle, as large as asked for; black where the picture does not reach. Of an odd number of pixels the one more
     * is lost, or black, at the right and the bottom where the picture is larger, else at the left and the top.
     */
    public Picture center(int cropWidth, int cropHeight) {
        int left = Math.floorDiv(width - cropWidth, 2);
        int top = Math.floorDiv(height - cropHeight, 2);
        byte[] cropped = new byte[cropWidth * cropHeight * CHANNELS];
        int from = Math.max(0, -left);
        int to = Math.min(cropWidth, width - left);
        for (int y = Math.max(0, -top); y < Math.min(cropHeight, height - top); y++) {
            int source = ((y + top) * width + from + left) * CHANNELS;
            System.arraycopy(rgb, source, cropped, (y * cropWidth + from) * CHANNELS, (to - from) * CHANNELS);
        }
        return new Picture(cropWidth, cropHeight, cropped);
    }
}
