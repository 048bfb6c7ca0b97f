package io.sinter.merge;

import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Transposes matrices of any element type of whole bytes. */
final class Transposed {

    /** Rows and columns of a block that fits the cache. */
    private static final int BLOCK = 64;

    private Transposed() {}

    /** The transposed matrix, in new memory. */
    static TensorData of(TensorData matrix) {
        long rows = matrix.dim(0);
        long columns = matrix.dim(1);
        TensorData transposed = TensorData.allocate(matrix.dtype(), List.of(columns, rows));
        for (long r = 0; r < rows; r += BLOCK) {
            for (long c = 0; c < columns; c += BLOCK) {
                copyBlock(matrix, transposed, r, c);
            }
        }
        return transposed;
    }

    private static void copyBlock(TensorData from, TensorData to, long row, long column) {
        long rows = from.dim(0);
        long columns = from.dim(1);
        long bytes = from.dtype().byteSize(1);
        for (long r = row; r < Math.min(rows, row + BLOCK); r++) {
            for (long c = column; c < Math.min(columns, column + BLOCK); c++) {
                MemorySegment.copy(from.data(), (r * columns + c) * bytes, to.data(), (c * rows + r) * bytes, bytes);
            }
        }
    }
}
