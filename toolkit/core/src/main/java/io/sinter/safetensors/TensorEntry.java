package io.sinter.safetensors;

import io.sinter.tensor.DType;
import java.util.List;

/**
 * One tensor in a safetensors header.
 *
 * @param name its key
 * @param dtype element type
 * @param shape extents, empty for a scalar
 * @param begin first byte, counted from the end of the header
 * @param end byte after the last
 */
public record TensorEntry(String name, DType dtype, List<Long> shape, long begin, long end) {

    /** Keeps a copy of the shape. */
    public TensorEntry {
        shape = List.copyOf(shape);
    }

    /** Bytes that the offsets span. */
    public long byteSize() {
        return end - begin;
    }

    /** Type and shape as the format writes them, as in {@code F32 [30522, 384]}. */
    public String describe() {
        return dtype.safetensorsName().orElse(dtype.name()) + " " + shape;
    }
}
