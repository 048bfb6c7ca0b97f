package io.sinter.onnx.pass;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A constant that is small enough to compute with, unpacked: FLOAT, DOUBLE, INT64, INT32 or BOOL. */
final class SmallTensor {

    /** More elements than any shape arithmetic has; weights are larger and left alone. */
    static final long MAX_ELEMENTS = 4096;

    private final DType dtype;
    private final List<Long> shape;
    private final long[] elements;

    /**
     * A tensor over (not a copy of) its elements.
     *
     * @param elements row-major: integers as they are, BOOL as 0 or 1, floats as the bits of the double of equal value
     */
    SmallTensor(DType dtype, List<Long> shape, long[] elements) {
        this.dtype = dtype;
        this.shape = List.copyOf(shape);
        this.elements = elements;
    }

    DType dtype() {
        return dtype;
    }

    List<Long> shape() {
        return shape;
    }

    /** The elements themselves, not to be changed. */
    long[] elements() {
        return elements;
    }

    static SmallTensor ofReals(DType dtype, List<Long> shape, double[] values) {
        long[] elements = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            elements[i] = Double.doubleToRawLongBits(dtype == DType.FLOAT ? (float) values[i] : values[i]);
        }
        return new SmallTensor(dtype, shape, elements);
    }

    static boolean holds(DType dtype) {
        return switch (dtype) {
            case FLOAT, DOUBLE, INT64, INT32, BOOL -> true;
            case UINT8,
                    INT8,
                    UINT16,
                    INT16,
                    STRING,
                    FLOAT16,
                    UINT32,
                    UINT64,
                    COMPLEX64,
                    COMPLEX128,
                    BFLOAT16,
                    FLOAT8E4M3FN,
                    FLOAT8E4M3FNUZ,
                    FLOAT8E5M2,
                    FLOAT8E5M2FNUZ,
                    UINT4,
                    INT4,
                    FLOAT4E2M1,
                    FLOAT8E8M0 -> false;
        };
    }

    /** The constant unpacked, or null if it is too large or of another type. */
    static @Nullable SmallTensor of(TensorData data) {
        if (!holds(data.dtype()) || data.elementCount() > MAX_ELEMENTS) {
            return null;
        }
        long[] elements = new long[(int) data.elementCount()];
        MemorySegment bytes = data.data();
        for (int i = 0; i < elements.length; i++) {
            elements[i] = switch (data.dtype()) {
                case INT64 -> bytes.getAtIndex(TensorData.I64, i);
                case INT32 -> bytes.getAtIndex(TensorData.I32, i);
                case BOOL -> bytes.get(ValueLayout.JAVA_BYTE, i) == 0 ? 0 : 1;
                case DOUBLE -> bytes.getAtIndex(TensorData.I64, i);
                case FLOAT -> Double.doubleToRawLongBits(bytes.getAtIndex(TensorData.F32, i));
                default -> throw new IllegalStateException("no small tensor of " + data.dtype());
            };
        }
        return new SmallTensor(data.dtype(), data.shape(), elements);
    }

    TensorData toData() {
        TensorData data = TensorData.allocate(dtype, shape);
        MemorySegment bytes = data.data();
        for (int i = 0; i < elements.length; i++) {
            switch (dtype) {
                case INT64, DOUBLE -> bytes.setAtIndex(TensorData.I64, i, elements[i]);
                case INT32 -> bytes.setAtIndex(TensorData.I32, i, (int) elements[i]);
                case BOOL -> bytes.set(ValueLayout.JAVA_BYTE, i, (byte) elements[i]);
                case FLOAT -> bytes.setAtIndex(TensorData.F32, i, (float) real(i));
                default -> throw new IllegalStateException("no small tensor of " + dtype);
            }
        }
        return data;
    }

    int rank() {
        return shape.size();
    }

    double real(int index) {
        return dtype.isFloat() ? Double.longBitsToDouble(elements[index]) : elements[index];
    }

    /** The same elements under another shape of as many. */
    SmallTensor reshape(List<Long> newShape) {
        return new SmallTensor(dtype, newShape, elements);
    }

    /** Elements picked by their place in this tensor. */
    SmallTensor pick(List<Long> newShape, int[] places) {
        long[] picked = new long[places.length];
        for (int i = 0; i < places.length; i++) {
            picked[i] = elements[places[i]];
        }
        return new SmallTensor(dtype, newShape, picked);
    }
}
