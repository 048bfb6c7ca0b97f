package io.sinter.source;

import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.List;

/**
 * The token-embedding table of an ONNX graph and the places where token ids are looked up in it, as
 * {@link EmbeddingTableFinder} found them.
 *
 * @param inputIds the graph input that the token ids come from
 * @param stored where the elements are, {@code [V, d]}
 * @param lookups every node that looks token ids up in the table, in the graph's order; at least one
 * @param others the tables that are looked up by something else: positions, token types
 */
public record EmbeddingTable(Value inputIds, StoredTable stored, List<TokenLookup> lookups, List<OtherTable> others) {

    /** Copies the lists. */
    public EmbeddingTable {
        lookups = List.copyOf(lookups);
        others = List.copyOf(others);
        if (lookups.isEmpty()) {
            throw new IllegalArgumentException("a table without a lookup is no embedding table");
        }
    }

    /** Rows of the table, V. */
    public long rows() {
        return stored.rows();
    }

    /** Width of a vector, d. */
    public long width() {
        return stored.width();
    }

    /**
     * The elements {@code [V, d]}: those of the file, not copied, where they are stored as floating-point numbers;
     * dequantised into a new float32 tensor otherwise.
     */
    public TensorData data() {
        return stored.floats();
    }
}
