package io.sinter.merge;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;

/** Puts values in the place of others. */
final class Substitution {

    private Substitution() {}

    /**
     * Lets everything read {@code replacement} where it read {@code old}: nodes, but for the one that makes the
     * replacement, and the graph's outputs, which keep their names.
     *
     * @param replacement made by a node, and no output yet
     */
    static void replace(Graph graph, Value old, Value replacement) {
        for (Use use : old.uses()) {
            if (use.node() != replacement.producer()) {
                use.node().setInput(use.index(), replacement);
            }
        }
        if (graph.isOutput(old)) {
            String name = old.name();
            graph.rename(old, graph.uniqueName(name + "_before"));
            graph.rename(replacement, name);
            graph.setOutput(graph.outputs().indexOf(old), replacement);
        }
    }

    /** Gives an initializer or the value of a Constant node other elements. */
    static void setConstant(Graph graph, Value weight, TensorData data) {
        Node constant = weight.producer();
        if (constant == null) {
            graph.setInitializer(weight, data);
        } else {
            constant.setAttribute("value", Attribute.of(data));
            weight.setType(TensorType.of(data));
        }
    }
}
