package io.sinter.bake;

import io.sinter.tensor.TensorData;

/**
 * A table as a served graph looks it up.
 *
 * @param rows {@code [V', d]}
 * @param tokens which of them stand for a token
 */
public record LookupTable(TensorData rows, TokenRows tokens) {

    /** A table whose row t is token t. */
    public static LookupTable of(TensorData rows) {
        return new LookupTable(rows, new TokenRows.Same());
    }

    /** Width of a row. */
    public long width() {
        return rows.dim(1);
    }
}
