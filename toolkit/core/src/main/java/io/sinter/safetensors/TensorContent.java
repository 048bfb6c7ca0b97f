package io.sinter.safetensors;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/**
 * A tensor to be written: its type and shape now, its bytes when the writer comes to it. So a table larger than memory is
 * made chunk by chunk while it is written.
 *
 * @param dtype element type
 * @param shape extents
 * @param producer gives all bytes in order, in pieces of any size, to the sink that it is handed
 */
public record TensorContent(DType dtype, List<Long> shape, Consumer<Sink> producer) {

    /** Takes the bytes of a tensor. */
    @FunctionalInterface
    public interface Sink {
        /** Takes the next bytes; the segment may be used again afterwards. */
        void write(MemorySegment bytes);
    }

    /** Keeps a copy of the shape. */
    public TensorContent {
        shape = List.copyOf(shape);
    }

    /** A tensor that is there already. */
    public static TensorContent of(TensorData tensor) {
        return new TensorContent(tensor.dtype(), tensor.shape(), sink -> sink.write(tensor.data()));
    }
}
