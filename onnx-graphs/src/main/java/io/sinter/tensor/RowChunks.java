package io.sinter.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * Tables read side by side, some rows at a time and as float32: however large they are, only one chunk is in memory. What
 * is float32 in native or mapped memory already is not copied.
 *
 * @param tables tensors of as many rows each (extent of the first axis), of any type that converts to float32
 * @param rowsPerChunk rows at a time; the last chunk may have fewer
 */
public record RowChunks(List<TensorData> tables, long rowsPerChunk) {

    /** Elements of the widest table in a default chunk: 1 MiB as float32, so that it stays in the cache. */
    private static final long ELEMENTS = 1 << 18;

    /** Takes one chunk. */
    @FunctionalInterface
    public interface Body {
        /**
         * Takes rows {@code firstRow} and following of every table.
         *
         * @param firstRow index of the first
         * @param chunk float32, in the order of the tables; memory that the next chunk may use again
         */
        void accept(long firstRow, List<TensorData> chunk);
    }

    /**
     * Checks that the tables fit together.
     *
     * @throws IllegalArgumentException if there is none, one is a scalar, or the numbers of rows differ
     */
    public RowChunks {
        tables = List.copyOf(tables);
        if (tables.isEmpty() || rowsPerChunk < 1) {
            throw new IllegalArgumentException("needs at least one table and one row a chunk");
        }
        for (TensorData table : tables) {
            if (table.rank() == 0
                    || table.dtype().bits() < 8
                    || table.dim(0) != tables.getFirst().dim(0)) {
                throw new IllegalArgumentException("rows of " + table.describe() + " beside rows of "
                        + tables.getFirst().describe());
            }
        }
    }

    /** With chunks of a size that suits the cache. */
    public static RowChunks of(List<TensorData> tables) {
        long widest = tables.stream().mapToLong(RowChunks::width).max().orElse(1);
        return new RowChunks(tables, Math.max(1, ELEMENTS / Math.max(1, widest)));
    }

    /** Elements in a row. */
    static long width(TensorData table) {
        return table.rank() == 0 ? 1 : TensorData.elementCount(table.shape().subList(1, table.rank()));
    }

    /** Hands all rows to {@code body}, chunk after chunk. */
    public void forEach(Body body) {
        long rows = tables.getFirst().dim(0);
        List<TensorData> buffers = tables.stream()
                .map(t -> buffer(t, Math.min(rows, rowsPerChunk)))
                .toList();
        for (long first = 0; first < rows; first += rowsPerChunk) {
            long end = Math.min(rows, first + rowsPerChunk);
            List<TensorData> chunk = new ArrayList<>(tables.size());
            for (int i = 0; i < tables.size(); i++) {
                chunk.add(floats(tables.get(i).rows(first, end), buffers.get(i)));
            }
            body.accept(first, chunk);
        }
    }

    private static TensorData buffer(TensorData table, long rows) {
        long needed = isReady(table) ? 0 : rows;
        return TensorData.allocate(DType.FLOAT, withRows(table, needed));
    }

    /** Heap arrays are copied too: loops that meet several kinds of memory run up to 30 times slower. */
    private static boolean isReady(TensorData table) {
        return table.dtype() == DType.FLOAT && table.data().isNative();
    }

    private static TensorData floats(TensorData rows, TensorData buffer) {
        if (isReady(rows)) {
            return rows;
        }
        TensorData target = buffer.rows(0, rows.dim(0));
        Conversion.convertInto(rows, target);
        return target;
    }

    private static List<Long> withRows(TensorData table, long rows) {
        List<Long> shape = new ArrayList<>(table.shape());
        shape.set(0, rows);
        return shape;
    }
}
