package io.sinter.tensor;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Measures and picks rows of tables (a row is everything under one index of the first axis). Sums are kept in double, in a
 * fixed order, so results are the same on every machine; tables of any size and of any type that converts to float32 are
 * read in chunks.
 */
public final class Rows {

    private static final int BLOCK = 1 << 12;
    private static final int INFINITY = 0x7f800000;

    private Rows() {}

    /** Combines two rows into a number. */
    @FunctionalInterface
    private interface RowFunction {
        double of(MemorySegment a, MemorySegment b);
    }

    /** Dot product of row i of one table with row i of the other. */
    public static double[] dot(TensorData a, TensorData b) {
        return perRow(a, b, Kernels.best()::dot);
    }

    /** Euclidean length of each row. */
    public static double[] norms(TensorData table) {
        Kernels kernels = Kernels.best();
        return perRow(table, table, (row, same) -> Math.sqrt(kernels.dot(row, row)));
    }

    /** Cosine of row i of one table with row i of the other; 0 where either row is all zeros. */
    public static double[] cosine(TensorData a, TensorData b) {
        Kernels kernels = Kernels.best();
        return perRow(a, b, (x, y) -> {
            double lengths = Math.sqrt(kernels.dot(x, x) * kernels.dot(y, y));
            return lengths == 0 ? 0 : kernels.dot(x, y) / lengths;
        });
    }

    private static double[] perRow(TensorData a, TensorData b, RowFunction function) {
        if (!a.shape().equals(b.shape())) {
            throw new IllegalArgumentException("rows of " + a.describe() + " beside rows of " + b.describe());
        }
        double[] result = new double[Math.toIntExact(a.dim(0))];
        RowChunks.of(List.of(a, b)).forEach((first, chunk) -> {
            MemorySegment x = chunk.getFirst().data();
            MemorySegment y = chunk.getLast().data();
            long bytes = RowChunks.width(a) * Float.BYTES;
            for (int row = 0; row < chunk.getFirst().dim(0); row++) {
                long at = row * bytes;
                result[(int) first + row] = function.of(x.asSlice(at, bytes), y.asSlice(at, bytes));
            }
        });
        return result;
    }

    /** Indices of rows with an element that is infinite or not a number. */
    public static int[] notFinite(TensorData table) {
        IntStream.Builder found = IntStream.builder();
        int width = Math.toIntExact(RowChunks.width(table));
        RowChunks.of(List.of(table)).forEach((first, chunk) -> {
            MemorySegment floats = chunk.getFirst().data();
            if (largestMagnitude(floats) >= INFINITY) {
                for (int row = 0; row < chunk.getFirst().dim(0); row++) {
                    long bytes = (long) width * Float.BYTES;
                    if (largestMagnitude(floats.asSlice(row * bytes, bytes)) >= INFINITY) {
                        found.add(Math.toIntExact(first + row));
                    }
                }
            }
        });
        return found.build().toArray();
    }

    /** Bits of the largest magnitude; loops over {@code int}s are vectorised from the first second, those over floats not. */
    private static int largestMagnitude(MemorySegment floats) {
        int count = Math.toIntExact(floats.byteSize() / Float.BYTES);
        int[] bits = new int[Math.min(BLOCK, count)];
        int largest = 0;
        for (int from = 0; from < count; from += BLOCK) {
            int n = Math.min(BLOCK, count - from);
            MemorySegment.copy(floats, TensorData.I32, (long) from * Float.BYTES, bits, 0, n);
            largest = Math.max(largest, largest(bits, n));
        }
        return largest;
    }

    private static int largest(int[] bits, int count) {
        int largest = 0;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, bits[i] & Integer.MAX_VALUE);
        }
        return largest;
    }

    /** Sum of all rows: one number a column. */
    public static double[] sum(TensorData table) {
        Kernels kernels = Kernels.best();
        double[] totals = new double[Math.toIntExact(RowChunks.width(table))];
        long bytes = (long) totals.length * Float.BYTES;
        RowChunks.of(List.of(table)).forEach((first, chunk) -> {
            TensorData rows = chunk.getFirst();
            for (long row = 0; row < rows.dim(0); row++) {
                kernels.accumulate(rows.data().asSlice(row * bytes, bytes), totals);
            }
        });
        return totals;
    }

    /** Mean of all rows: one number a column; NaN where there are no rows. */
    public static double[] mean(TensorData table) {
        double[] mean = sum(table);
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= table.dim(0);
        }
        return mean;
    }

    /** Smallest and largest element, and how many are not a number. */
    public static Range range(TensorData table) {
        Range[] range = {Range.EMPTY};
        RowChunks.of(List.of(table))
                .forEach((first, chunk) -> range[0] =
                        range[0].union(Kernels.best().range(chunk.getFirst().data())));
        return range[0];
    }

    /**
     * Copies of the rows at the given indices, in that order; an index may come twice.
     *
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public static TensorData gather(TensorData table, long... indices) {
        List<Long> shape = new ArrayList<>(table.shape());
        shape.set(0, (long) indices.length);
        TensorData result = TensorData.allocate(table.dtype(), shape);
        long bytes = table.dtype().byteSize(RowChunks.width(table));
        for (int i = 0; i < indices.length; i++) {
            Objects.checkIndex(indices[i], table.dim(0));
            MemorySegment.copy(table.data(), indices[i] * bytes, result.data(), i * bytes, bytes);
        }
        return result;
    }
}
