package io.sinter.source;

import io.sinter.tensor.TensorData;

/**
 * The token-embedding table of a source.
 *
 * @param data the elements {@code [V, d]}, floating-point; over the mapped file unless they had to be dequantised
 * @param where the file and the tensor in it, for messages
 */
public record SourceTable(TensorData data, String where) {

    /** Rows, V. */
    public long rows() {
        return data.dim(0);
    }

    /** Width of a vector, d. */
    public long width() {
        return data.dim(1);
    }
}
