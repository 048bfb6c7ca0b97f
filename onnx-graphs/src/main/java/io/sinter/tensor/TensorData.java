package io.sinter.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A dense, row-major tensor over a slice of memory: a mapped file, native memory or a heap array. Nothing is copied.
 *
 * @param dtype element type
 * @param shape extents, empty for a scalar; an extent may be 0
 * @param data exactly the elements' bytes, little-endian; for {@link DType#STRING} each element is a 4-byte
 *     little-endian length and that many bytes of UTF-8
 */
public record TensorData(DType dtype, List<Long> shape, MemorySegment data) {

    /** Little-endian 32-bit float at any alignment. */
    public static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Little-endian 64-bit float at any alignment. */
    public static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Little-endian 64-bit integer at any alignment. */
    public static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Little-endian 32-bit integer at any alignment. */
    public static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Little-endian 16-bit integer at any alignment. */
    public static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * Checks that the bytes are those of the shape.
     *
     * @throws IllegalArgumentException if an extent is negative or the sizes disagree
     */
    public TensorData {
        shape = List.copyOf(shape);
        long elements = elementCount(shape);
        if (dtype != DType.STRING && data.byteSize() != dtype.byteSize(elements)) {
            throw new IllegalArgumentException(
                    "%d bytes, but %s %s needs %d".formatted(data.byteSize(), dtype, shape, dtype.byteSize(elements)));
        }
    }

    /**
     * Product of the extents; 1 for a scalar.
     *
     * @throws IllegalArgumentException if an extent is negative or the product passes 2⁶³ − 1
     */
    public static long elementCount(List<Long> shape) {
        if (shape.stream().anyMatch(d -> d < 0)) {
            throw new IllegalArgumentException("negative extent in shape " + shape);
        }
        if (shape.contains(0L)) {
            return 0;
        }
        try {
            return shape.stream().reduce(1L, Math::multiplyExact);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("shape " + shape + " has more than 2^63 - 1 elements", e);
        }
    }

    /** Number of elements. */
    public long elementCount() {
        return elementCount(shape);
    }

    /** Number of axes. */
    public int rank() {
        return shape.size();
    }

    /** Extent of one axis; negative axes count from the end. */
    public long dim(int axis) {
        return shape.get(axis < 0 ? axis + shape.size() : axis);
    }

    /** Rows {@code [from, to)} along the first axis, over the same memory. Whole-byte rows only. */
    public TensorData rows(long from, long to) {
        if (from < 0 || to < from || to > dim(0)) {
            throw new IllegalArgumentException("rows [%d, %d) of %s".formatted(from, to, shape));
        }
        long rowBytes = dim(0) == 0 ? 0 : data.byteSize() / dim(0);
        List<Long> slice = new ArrayList<>(shape);
        slice.set(0, to - from);
        return new TensorData(dtype, slice, data.asSlice(from * rowBytes, (to - from) * rowBytes));
    }

    /** The same bytes under another shape of as many elements. */
    public TensorData reshape(List<Long> newShape) {
        return new TensorData(dtype, newShape, data);
    }

    /** A new, zeroed tensor that lives as long as it is reachable: in native memory, or in {@link ScratchMemory} where that is set. */
    public static TensorData allocate(DType dtype, List<Long> shape) {
        long bytes = dtype.byteSize(elementCount(shape));
        return new TensorData(dtype, shape, ScratchMemory.allocate(bytes));
    }

    /** The same elements in {@linkplain #allocate new} memory. */
    public TensorData copy() {
        TensorData copy = allocate(dtype, shape);
        copy.data.copyFrom(data);
        return copy;
    }

    /** A float32 tensor over (not a copy of) {@code values}. */
    public static TensorData of(List<Long> shape, float... values) {
        requireLittleEndian();
        return new TensorData(DType.FLOAT, shape, MemorySegment.ofArray(values));
    }

    /** An int64 tensor over (not a copy of) {@code values}. */
    public static TensorData of(List<Long> shape, long... values) {
        requireLittleEndian();
        return new TensorData(DType.INT64, shape, MemorySegment.ofArray(values));
    }

    /** A float32 scalar. */
    public static TensorData scalar(float value) {
        return of(List.of(), value);
    }

    /** An int64 scalar. */
    public static TensorData scalar(long value) {
        return of(List.of(), new long[] {value});
    }

    /** An int64 vector. */
    public static TensorData vector(long... values) {
        return of(List.of((long) values.length), values);
    }

    /** A float32 vector. */
    public static TensorData vector(float... values) {
        return of(List.of((long) values.length), values);
    }

    /**
     * A copy of the elements of a float32 tensor.
     *
     * @throws IllegalArgumentException if this is another type
     */
    public float[] toFloatArray() {
        require(DType.FLOAT);
        return data.toArray(F32);
    }

    /**
     * A copy of the elements of an int64 tensor.
     *
     * @throws IllegalArgumentException if this is another type
     */
    public long[] toLongArray() {
        require(DType.INT64);
        return data.toArray(I64);
    }

    /** Whether type, shape and every byte are equal; {@link #equals} compares the memory's address instead. */
    public boolean contentEquals(TensorData other) {
        return dtype == other.dtype && shape.equals(other.shape) && data.mismatch(other.data) == -1;
    }

    /** Type and shape, as in {@code FLOAT [30522, 384]}. */
    public String describe() {
        return dtype + shape.stream().map(String::valueOf).collect(Collectors.joining(", ", " [", "]"));
    }

    @Override
    public String toString() {
        return describe();
    }

    private void require(DType expected) {
        if (dtype != expected) {
            throw new IllegalArgumentException("tensor is " + describe() + ", expected " + expected);
        }
    }

    private static void requireLittleEndian() {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalStateException("heap-backed tensors need a little-endian machine");
        }
    }
}
