package io.sinter.source;

import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import java.util.Optional;

/**
 * A node that looks token ids up in the embedding table.
 *
 * <p>Where there are {@link #vectors}, a rewrite makes everything that reads them read something else, and prunes. Where
 * there are none the node is fused ({@code com.microsoft.EmbedLayerNormalization} adds the other embeddings and
 * normalises): its inputs {@link #idsInput} and {@link #tableInput} can be replaced, by a table {@code [B·S, d]} that
 * holds the wanted vectors and the ids {@code 0 … B·S − 1}.
 *
 * @param node the {@code Gather}, {@code com.microsoft.GatherBlockQuantized} or
 *     {@code com.microsoft.EmbedLayerNormalization}
 * @param idsInput which input of the node reads the ids
 * @param tableInput which input of the node reads the table, possibly through Identity, Cast or DequantizeLinear
 * @param vectors the looked-up vectors {@code [..., d]} as floating-point numbers: after dequantisation, if there is any
 */
public record TokenLookup(Node node, int idsInput, int tableInput, Optional<Value> vectors) {

    /** The token ids, {@code [...]}, as the node reads them. */
    public Value ids() {
        return required(idsInput);
    }

    /** The table as the node reads it. */
    public Value table() {
        return required(tableInput);
    }

    private Value required(int index) {
        Value value = node.input(index);
        if (value == null) {
            throw new IllegalStateException(node + " lost its input " + index);
        }
        return value;
    }
}
