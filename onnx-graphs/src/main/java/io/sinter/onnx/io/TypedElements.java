package io.sinter.onnx.io;

import com.google.protobuf.ByteString;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Elements that a {@code TensorProto} holds in typed fields ({@code float_data} and so on) rather than in
 * {@code raw_data}, laid out as {@link TensorData} has them.
 *
 * <p>Which field holds which type is in the comments of the ONNX specification: {@code int32_data} also holds the bit
 * patterns of the smaller types, two 4-bit elements to a number.
 */
final class TypedElements {

    private TypedElements() {}

    /**
     * Copies the elements into native memory.
     *
     * @throws IllegalArgumentException if a number is out of the type's range
     */
    static MemorySegment of(TensorProto tensor, DType dtype) {
        return switch (dtype) {
            case FLOAT, COMPLEX64 -> floats(tensor.getFloatDataList());
            case DOUBLE, COMPLEX128 -> doubles(tensor.getDoubleDataList());
            case INT64 -> longs(tensor.getInt64DataList(), 64);
            case UINT64 -> longs(tensor.getUint64DataList(), 64);
            case UINT32 -> longs(tensor.getUint64DataList(), 32);
            case STRING -> strings(tensor.getStringDataList());
            case INT32 -> integers(tensor.getInt32DataList(), 32);
            case INT16, UINT16, FLOAT16, BFLOAT16 -> integers(tensor.getInt32DataList(), 16);
            case INT8,
                    UINT8,
                    BOOL,
                    FLOAT8E4M3FN,
                    FLOAT8E4M3FNUZ,
                    FLOAT8E5M2,
                    FLOAT8E5M2FNUZ,
                    FLOAT8E8M0,
                    INT4,
                    UINT4,
                    FLOAT4E2M1 -> integers(tensor.getInt32DataList(), 8);
        };
    }

    /** How many numbers or strings all typed fields hold together. */
    static long count(TensorProto tensor) {
        return (long) tensor.getFloatDataCount()
                + tensor.getInt32DataCount()
                + tensor.getStringDataCount()
                + tensor.getInt64DataCount()
                + tensor.getDoubleDataCount()
                + tensor.getUint64DataCount();
    }

    private static MemorySegment floats(List<Float> values) {
        MemorySegment out = allocate(values.size() * 4L);
        for (int i = 0; i < values.size(); i++) {
            out.set(TensorData.F32, i * 4L, values.get(i));
        }
        return out;
    }

    private static MemorySegment doubles(List<Double> values) {
        MemorySegment out = allocate(values.size() * 8L);
        for (int i = 0; i < values.size(); i++) {
            out.set(TensorData.F64, i * 8L, values.get(i));
        }
        return out;
    }

    private static MemorySegment longs(List<Long> values, int bits) {
        MemorySegment out = allocate(values.size() * (bits / 8L));
        for (int i = 0; i < values.size(); i++) {
            long value = values.get(i);
            if (bits == 64) {
                out.set(TensorData.I64, i * 8L, value);
            } else {
                requireBits(value, value >>> bits == 0, bits);
                out.set(TensorData.I32, i * 4L, (int) value);
            }
        }
        return out;
    }

    private static MemorySegment integers(List<Integer> values, int bits) {
        int bytes = bits / 8;
        MemorySegment out = allocate(values.size() * (long) bytes);
        for (int i = 0; i < values.size(); i++) {
            int value = values.get(i);
            int signs = value >> (bits - 1);
            requireBits(value, bits == 32 || signs == 0 || signs == 1 || signs == -1, bits);
            switch (bytes) {
                case 1 -> out.set(ValueLayout.JAVA_BYTE, i, (byte) value);
                case 2 -> out.set(TensorData.I16, i * 2L, (short) value);
                default -> out.set(TensorData.I32, i * 4L, value);
            }
        }
        return out;
    }

    private static MemorySegment strings(List<ByteString> values) {
        MemorySegment out =
                allocate(values.stream().mapToLong(v -> 4L + v.size()).sum());
        long position = 0;
        for (ByteString value : values) {
            out.set(TensorData.I32, position, value.size());
            MemorySegment.copy(MemorySegment.ofArray(value.toByteArray()), 0, out, position + 4, value.size());
            position += 4L + value.size();
        }
        return out;
    }

    private static void requireBits(long value, boolean fits, int bits) {
        if (!fits) {
            throw new IllegalArgumentException("element %d does not fit into %d bits".formatted(value, bits));
        }
    }

    private static MemorySegment allocate(long bytes) {
        return Arena.ofAuto().allocate(bytes, 8);
    }
}
