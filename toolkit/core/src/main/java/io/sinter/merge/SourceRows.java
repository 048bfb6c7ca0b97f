package io.sinter.merge;

import io.sinter.tensor.TensorData;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which rows of a source's table stand for the tokens of the result. */
public final class SourceRows {

    /** Instead of a row, where the source has none for a token. */
    static final int LACKING = -1;

    private final int count;
    private final int @Nullable [] rows;

    private SourceRows(int count, int @Nullable [] rows) {
        this.count = count;
        this.rows = rows;
    }

    /** Token t is row t. */
    static SourceRows inOrder(int count) {
        return new SourceRows(count, null);
    }

    /** Token t is row {@code rows[t]}, or {@link #LACKING}. */
    static SourceRows of(int[] rows) {
        boolean inOrder = IntStream.range(0, rows.length).allMatch(t -> rows[t] == t);
        return new SourceRows(rows.length, inOrder ? null : rows.clone());
    }

    /** How many tokens the result has. */
    int count() {
        return count;
    }

    /** Whether token t is row t, for all of them. */
    boolean areInOrder() {
        return rows == null;
    }

    /** The row of a token, or {@link #LACKING}. */
    int row(int token) {
        return rows == null ? token : rows[token];
    }

    /** The tokens that the source has no row for. */
    int[] lacking() {
        return rows == null
                ? new int[0]
                : IntStream.range(0, count).filter(t -> row(t) == LACKING).toArray();
    }

    /** Whether there is a row for every token. */
    boolean areComplete() {
        return rows == null || Arrays.stream(rows).noneMatch(r -> r == LACKING);
    }

    /** The same for tokens in another order: token t of the result is what token {@code order[t]} was. */
    SourceRows reordered(int[] order) {
        return of(Arrays.stream(order).map(this::row).toArray());
    }

    /** Rows in a table with the filled ones behind its own, in the order of {@link #lacking}; int64. */
    TensorData withFilled(long ownRows) {
        long[] ids = new long[count];
        long next = ownRows;
        for (int t = 0; t < count; t++) {
            ids[t] = row(t) == LACKING ? next++ : row(t);
        }
        return TensorData.vector(ids);
    }
}
