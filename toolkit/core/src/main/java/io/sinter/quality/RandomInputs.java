package io.sinter.quality;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.runtime.Port;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Inputs with which a model can be tried where there are no real ones: random token ids, a mask with padding in the last
 * row, images of noise, zeros else.
 *
 * @param idsInput the name of the input that takes token ids
 * @param rows ids are below this
 * @param imageSize height and width of images whose extents the graph leaves open
 * @param seed chooses the numbers
 */
public record RandomInputs(String idsInput, long rows, long imageSize, long seed) {

    private static final int BATCH = 4;
    private static final int LENGTH = 12;
    private static final int PADDING = 5;
    private static final long CHANNELS = 3;

    /** What image models that say nothing else take. */
    public static final long USUAL_IMAGE = 224;

    /** For a text model. */
    public static RandomInputs ofTexts(String idsInput, long rows, long seed) {
        return new RandomInputs(idsInput, rows, USUAL_IMAGE, seed);
    }

    /**
     * A tensor for every port.
     *
     * @throws UnsupportedException if a port is neither an integer matrix nor an image
     */
    public Map<String, TensorData> of(List<Port> ports) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        for (Port port : ports) {
            inputs.put(port.name(), isImage(port) ? image(port, BATCH, random) : integers(port, random));
        }
        return inputs;
    }

    /** Whether a port takes images: floats, or bytes as they are decoded, of rank 4. */
    static boolean isImage(Port port) {
        Shape shape = port.type().shape();
        DType dtype = port.type().dtype();
        return (dtype == DType.FLOAT || dtype == DType.UINT8) && shape != null && shape.rank() == 4;
    }

    /** Noise of mean 0 and deviation 1, as images are after normalisation; of bytes {@code [B, H, W, 3]}, any. */
    TensorData image(Port port, long batch, SplittableRandom random) {
        Shape shape = port.type().shape();
        if (shape == null) {
            throw new IllegalArgumentException(port + " is no image");
        }
        if (port.type().dtype() == DType.UINT8) {
            return bytes(shape, batch, random);
        }
        List<Long> extents = new ArrayList<>(List.of(batch));
        extents.add(extent(shape.dim(1), CHANNELS));
        extents.add(extent(shape.dim(2), imageSize));
        extents.add(extent(shape.dim(3), imageSize));
        TensorData image = TensorData.allocate(DType.FLOAT, extents);
        for (long i = 0; i < image.elementCount(); i++) {
            image.data().setAtIndex(TensorData.F32, i, (float) random.nextGaussian());
        }
        return image;
    }

    private TensorData bytes(Shape shape, long batch, SplittableRandom random) {
        List<Long> extents = List.of(
                batch,
                extent(shape.dim(1), imageSize),
                extent(shape.dim(2), imageSize),
                extent(shape.dim(3), CHANNELS));
        byte[] noise = new byte[Math.toIntExact(TensorData.elementCount(extents))];
        random.nextBytes(noise);
        TensorData image = TensorData.allocate(DType.UINT8, extents);
        MemorySegment.copy(noise, 0, image.data(), ValueLayout.JAVA_BYTE, 0, noise.length);
        return image;
    }

    private static long extent(Dim dim, long otherwise) {
        return dim instanceof Dim.Known(long size) ? size : otherwise;
    }

    private TensorData integers(Port port, SplittableRandom random) {
        requireIntegerMatrix(port);
        long[] values = new long[BATCH * LENGTH];
        for (int i = 0; i < values.length; i++) {
            boolean padding = i >= values.length - PADDING;
            if (port.name().equals(idsInput)) {
                values[i] = padding ? 0 : random.nextLong(rows);
            } else if (port.name().contains("mask")) {
                values[i] = padding ? 0 : 1;
            } else if (port.name().contains("position")) {
                values[i] = i % LENGTH;
            }
        }
        return tensor(port.type().dtype(), values);
    }

    private static TensorData tensor(DType dtype, long[] values) {
        List<Long> shape = List.of((long) BATCH, (long) LENGTH);
        TensorData tensor = TensorData.allocate(dtype, shape);
        for (int i = 0; i < values.length; i++) {
            if (dtype == DType.INT32) {
                tensor.data().setAtIndex(TensorData.I32, i, (int) values[i]);
            } else {
                tensor.data().setAtIndex(TensorData.I64, i, values[i]);
            }
        }
        return tensor;
    }

    private static void requireIntegerMatrix(Port port) {
        TensorType type = port.type();
        Shape shape = type.shape();
        boolean integer = type.dtype() == DType.INT64 || type.dtype() == DType.INT32;
        if (!integer || (shape != null && shape.rank() != 2)) {
            throw new UnsupportedException(
                    "input \"%s\" is %s: only integers [batch, sequence] and images [batch, channels, height, width] can be tried"
                            .formatted(port.name(), type));
        }
    }
}
