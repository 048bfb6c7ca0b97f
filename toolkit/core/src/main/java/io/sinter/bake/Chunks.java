package io.sinter.bake;

import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of several tables, a chunk at a time. Tables on the heap and in mapped files go through native memory that is used
 * again and again: if a file is cut short while it is mapped, Java's copying throws an error, where ONNX Runtime, reading
 * the mapping itself, would take the process down.
 */
final class Chunks {

    private final List<TensorData> tables;
    private final List<TensorData> staging;
    private final long rows;

    /** Chunks of at most that many rows. */
    Chunks(List<TensorData> tables, long rows) {
        this.tables = tables;
        this.rows = rows;
        this.staging = new ArrayList<>();
        for (TensorData table : tables) {
            staging.add(isSafe(table) ? table : TensorData.allocate(table.dtype(), List.of(rows, table.dim(1))));
        }
    }

    /** Name of the input that takes a table's rows. */
    static String name(int table) {
        return "source" + (table + 1);
    }

    /** Rows a chunk. */
    long rows() {
        return rows;
    }

    /** Rows {@code [from, to)} of each table, by the name of their input; good until the next call. */
    Map<String, TensorData> of(long from, long to) {
        Map<String, TensorData> chunk = new LinkedHashMap<>();
        for (int i = 0; i < tables.size(); i++) {
            chunk.put(name(i), chunk(i, from, to));
        }
        return chunk;
    }

    private static boolean isSafe(TensorData table) {
        return table.data().isNative() && !table.data().isMapped();
    }

    private TensorData chunk(int table, long from, long to) {
        TensorData slice = tables.get(table).rows(from, to);
        if (isSafe(slice)) {
            return slice;
        }
        TensorData staged = staging.get(table).rows(0, to - from);
        staged.data().copyFrom(slice.data());
        return staged;
    }
}
