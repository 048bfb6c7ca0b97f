package io.sinter.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;

/** Transposes matrices of any element type of whole bytes, block by block, on all processors. */
public final class Transposition {

    /** Rows and columns of a block that fits the cache. */
    private static final int BLOCK = 64;

    /** Elements above which it is worth waking other threads. */
    private static final long PARALLEL = 1 << 16;

    private Transposition() {}

    /** The transposed matrix, in new memory. */
    public static TensorData of(TensorData matrix) {
        TensorData transposed = TensorData.allocate(matrix.dtype(), List.of(matrix.dim(1), matrix.dim(0)));
        into(matrix, transposed, 0);
        return transposed;
    }

    /**
     * Writes the transposed matrix into columns of another.
     *
     * @param matrix {@code [r, c]}
     * @param target {@code [c, n]}, of the same type
     * @param column of the target where it begins; {@code column + r <= n}
     * @throws IllegalArgumentException if it does not fit
     */
    public static void into(TensorData matrix, TensorData target, long column) {
        if (matrix.rank() != 2
                || target.rank() != 2
                || matrix.dtype() != target.dtype()
                || matrix.dim(1) != target.dim(0)
                || column < 0
                || column + matrix.dim(0) > target.dim(1)) {
            throw new IllegalArgumentException("transposing %s into columns of %s from %d on does not fit"
                    .formatted(matrix.describe(), target.describe(), column));
        }
        LongStream bands = LongStream.range(0, Math.ceilDiv(matrix.dim(1), BLOCK));
        (matrix.elementCount() < PARALLEL ? bands : bands.parallel())
                .forEach(b -> band(matrix, target, column, b * BLOCK));
    }

    /** The rows {@code [first, first + BLOCK)} of the target. */
    private static void band(TensorData matrix, TensorData target, long column, long first) {
        long end = Math.min(matrix.dim(1), first + BLOCK);
        for (long row = 0; row < matrix.dim(0); row += BLOCK) {
            Block block = new Block(row, Math.min(matrix.dim(0), row + BLOCK), first, end);
            switch (matrix.dtype().bits()) {
                case 32 -> block.copyInts(matrix, target, column);
                case 16 -> block.copyShorts(matrix, target, column);
                default -> block.copyBytes(matrix, target, column);
            }
        }
    }

    /** Rows and columns of the source. */
    private record Block(long fromRow, long toRow, long fromColumn, long toColumn) {

        void copyInts(TensorData matrix, TensorData target, long column) {
            MemorySegment in = matrix.data();
            MemorySegment out = target.data();
            long width = matrix.dim(1);
            long stride = target.dim(1);
            for (long c = fromColumn; c < toColumn; c++) {
                for (long r = fromRow; r < toRow; r++) {
                    out.set(
                            ValueLayout.JAVA_INT_UNALIGNED,
                            (c * stride + column + r) * Integer.BYTES,
                            in.get(ValueLayout.JAVA_INT_UNALIGNED, (r * width + c) * Integer.BYTES));
                }
            }
        }

        void copyShorts(TensorData matrix, TensorData target, long column) {
            MemorySegment in = matrix.data();
            MemorySegment out = target.data();
            long width = matrix.dim(1);
            long stride = target.dim(1);
            for (long c = fromColumn; c < toColumn; c++) {
                for (long r = fromRow; r < toRow; r++) {
                    out.set(
                            ValueLayout.JAVA_SHORT_UNALIGNED,
                            (c * stride + column + r) * Short.BYTES,
                            in.get(ValueLayout.JAVA_SHORT_UNALIGNED, (r * width + c) * Short.BYTES));
                }
            }
        }

        void copyBytes(TensorData matrix, TensorData target, long column) {
            long bytes = matrix.dtype().byteSize(1);
            for (long c = fromColumn; c < toColumn; c++) {
                for (long r = fromRow; r < toRow; r++) {
                    MemorySegment.copy(
                            matrix.data(),
                            (r * matrix.dim(1) + c) * bytes,
                            target.data(),
                            (c * target.dim(1) + column + r) * bytes,
                            bytes);
                }
            }
        }
    }
}
