package io.sinter.tensor;

import io.sinter.error.UnsupportedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Converts tensors from one element type to another.
 *
 * <ul>
 *   <li>Between floats, and from integers to floats: the nearest value, ties to even, rounded once; what is too large
 *       becomes infinity. Subnormals and infinities are kept; between binary16, bfloat16 and binary32 a NaN keeps its sign
 *       and as much of its payload as fits.
 *   <li>From floats to integers: towards zero; what is out of range becomes the nearest end of it, NaN becomes 0.
 *   <li>Between integers: the low bits are kept, as ONNX {@code Cast} does.
 *   <li>To {@link DType#BOOL}: whatever is not zero becomes 1.
 * </ul>
 *
 * <p>Floats of 8 and 4 bits can be read, not written; strings and complex numbers neither.
 */
public final class Conversion {

    /** Elements at a time; even, so that a block of packed 4-bit elements is whole bytes. */
    private static final long BLOCK = 1 << 14;

    private Conversion() {}

    /**
     * The tensor in another type: itself where it has that type, else in new memory.
     *
     * @throws UnsupportedException if there is no conversion
     */
    public static TensorData convert(TensorData source, DType to) {
        if (source.dtype() == to) {
            return source;
        }
        requireConvertible(source.dtype(), to);
        TensorData target = TensorData.allocate(to, source.shape());
        convertInto(source, target);
        return target;
    }

    /**
     * Converts into memory that is there already, such as a slice of a larger tensor or a buffer that is used again.
     *
     * @param target of as many elements as the source; its type says what to convert to
     * @throws UnsupportedException if there is no conversion
     */
    public static void convertInto(TensorData source, TensorData target) {
        if (source.elementCount() != target.elementCount()) {
            throw new IllegalArgumentException(
                    "%s into %s: the numbers of elements differ".formatted(source.describe(), target.describe()));
        }
        requireConvertible(source.dtype(), target.dtype());
        if (source.dtype() == target.dtype()) {
            target.data().copyFrom(source.data());
        } else if (source.data().isNative() && target.data().isNative()) {
            convert(source.dtype(), source.data(), target.dtype(), target.data());
        } else {
            convertThroughNative(source, target);
        }
    }

    /** Block by block through native memory: loops that meet heap arrays as well run up to 30 times slower, for good. */
    private static void convertThroughNative(TensorData source, TensorData target) {
        DType from = source.dtype();
        DType to = target.dtype();
        long count = source.elementCount();
        MemorySegment in = Arena.ofAuto().allocate(from.byteSize(Math.min(BLOCK, count)), Long.BYTES);
        MemorySegment out = Arena.ofAuto().allocate(to.byteSize(Math.min(BLOCK, count)), Long.BYTES);
        for (long first = 0; first < count; first += BLOCK) {
            long elements = Math.min(BLOCK, count - first);
            MemorySegment part = in.asSlice(0, from.byteSize(elements));
            MemorySegment result = out.asSlice(0, to.byteSize(elements));
            part.copyFrom(source.data().asSlice(from.byteSize(first), part.byteSize()));
            convert(from, part, to, result);
            MemorySegment.copy(result, 0, target.data(), to.byteSize(first), result.byteSize());
        }
    }

    private static void convert(DType from, MemorySegment source, DType to, MemorySegment target) {
        Kernels kernels = Kernels.best();
        if (from == DType.FLOAT16 && to == DType.FLOAT) {
            kernels.float16ToFloat(source, target);
        } else if (from == DType.FLOAT && to == DType.FLOAT16) {
            kernels.floatToFloat16(source, target);
        } else if (from == DType.BFLOAT16 && to == DType.FLOAT) {
            kernels.bfloat16ToFloat(source, target);
        } else if (from == DType.FLOAT && to == DType.BFLOAT16) {
            kernels.floatToBfloat16(source, target);
        } else {
            convertElements(from, source, to, target);
        }
    }

    private static void convertElements(DType from, MemorySegment source, DType to, MemorySegment target) {
        long count = target.byteSize() / (to.bits() / 8);
        if (from == DType.UINT64 && to.isFloat()) {
            for (long i = 0; i < count; i++) {
                Elements.setFloat(to, target, i, Elements.unsignedToDouble(Elements.getInteger(from, source, i), to));
            }
        } else if (to.isFloat() && !from.isFloat()) {
            for (long i = 0; i < count; i++) {
                Elements.setFloat(to, target, i, Elements.signedToDouble(Elements.getInteger(from, source, i), to));
            }
        } else if (to.isFloat()) {
            for (long i = 0; i < count; i++) {
                Elements.setFloat(to, target, i, Elements.getFloat(from, source, i));
            }
        } else if (from.isFloat()) {
            for (long i = 0; i < count; i++) {
                Elements.setInteger(to, target, i, Elements.truncate(Elements.getFloat(from, source, i), to));
            }
        } else {
            for (long i = 0; i < count; i++) {
                Elements.setInteger(to, target, i, Elements.getInteger(from, source, i));
            }
        }
    }

    private static void requireConvertible(DType from, DType to) {
        if (!Elements.isReadable(from) || !(from == to || Elements.isWritable(to))) {
            throw new UnsupportedException("converting " + from + " to " + to + " is not supported");
        }
    }
}
