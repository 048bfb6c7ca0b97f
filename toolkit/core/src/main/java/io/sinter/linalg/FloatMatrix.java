package io.sinter.linalg;

import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A matrix of floats, row-major, in native memory: for products so large that double would not fit or take too long.
 *
 * @param rows number of rows
 * @param columns number of columns
 * @param data {@code rows · columns} floats
 */
record FloatMatrix(int rows, int columns, MemorySegment data) {

    /** Zeros, in memory that lives as long as the arena. */
    static FloatMatrix allocate(int rows, int columns, Arena arena) {
        return new FloatMatrix(rows, columns, arena.allocate((long) rows * columns * Float.BYTES, 64));
    }

    /** Rounded to float. */
    static FloatMatrix of(Matrix matrix, Arena arena) {
        FloatMatrix rounded = allocate(matrix.rows(), matrix.columns(), arena);
        List<Long> shape = List.of((long) matrix.rows(), (long) matrix.columns());
        Conversion.convertInto(matrix.toTensor(), new TensorData(DType.FLOAT, shape, rounded.data));
        return rounded;
    }

    /** The rows {@code [from, to)}, over the same memory. */
    FloatMatrix rows(int from, int to) {
        long bytes = (long) columns * Float.BYTES;
        return new FloatMatrix(to - from, columns, data.asSlice(from * bytes, (to - from) * bytes));
    }

    /** Sets a row to rounded numbers. */
    void setRow(int row, double[] values) {
        long from = (long) row * columns * Float.BYTES;
        for (int i = 0; i < columns; i++) {
            data.set(TensorData.F32, from + (long) i * Float.BYTES, (float) values[i]);
        }
    }

    /** Copies a row into the beginning of an array. */
    void copyRow(int row, float[] target) {
        MemorySegment.copy(data, TensorData.F32, (long) row * columns * Float.BYTES, target, 0, columns);
    }
}
