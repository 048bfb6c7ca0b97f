package io.sinter.source;

import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;

/**
 * A 2-D table that something else than token ids is looked up in: positions, token types, relative distances.
 *
 * @param node the node that looks up
 * @param table the value it reads as the table
 * @param index what it looks up
 */
public record OtherTable(Node node, Value table, IndexSource index) {

    /** The table's name and extents and what indexes it, for messages. */
    public String describe() {
        return "\"%s\" %s by %s".formatted(table.name(), Constants.shapeOf(table), index.describe());
    }
}
