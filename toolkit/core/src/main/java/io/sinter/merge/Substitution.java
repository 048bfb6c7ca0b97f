package io.sinter.merge;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;

/** Puts one value in the place of another. */
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
}
