package io.sinter.bake;

import io.sinter.tensor.TensorData;
import java.util.Optional;

/**
 * A table as a served graph looks it up.
 *
 * @param rows {@code [V', d]}
 * @param ids int64 {@code [V]}: the row of each token of the graph's vocabulary; nothing where token t is row t
 */
public record LookupTable(TensorData rows, Optional<TensorData> ids) {

    /** A table whose row t is token t. */
    public static LookupTable of(TensorData rows) {
        return new LookupTable(rows, Optional.empty());
    }

    /** Width of a row. */
    public long width() {
        return rows.dim(1);
    }
}
