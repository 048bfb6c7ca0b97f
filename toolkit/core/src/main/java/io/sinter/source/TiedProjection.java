package io.sinter.source;

import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;

/**
 * An output projection (the decoder of a masked-LM or LM head) whose weight is the embedding table.
 *
 * @param node the {@code MatMul}, {@code Gemm} or {@code com.microsoft.FusedMatMul}
 * @param input which of its inputs reads the weight
 * @param weight the initializer or Constant behind that input; the table's own when {@link #sharesWeight}
 * @param layout whether the weight's elements are laid out as the table is
 * @param table the table's own weight
 */
public record TiedProjection(Node node, int input, Value weight, Layout layout, Value table) {

    /** How a weight's elements are laid out. */
    public enum Layout {
        /** {@code [V, d]}, as the table. */
        AS_TABLE,
        /** {@code [d, V]}: the table transposed. */
        TRANSPOSED
    }

    /**
     * Whether the node reads the table itself, so that replacing the table's elements replaces the projection's too. If
     * not, it reads a copy that must be replaced as well.
     */
    public boolean sharesWeight() {
        return weight == table;
    }
}
