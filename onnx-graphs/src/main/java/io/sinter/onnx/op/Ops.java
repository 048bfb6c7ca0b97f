package io.sinter.onnx.op;

import io.sinter.onnx.ir.Graph;

/** Emits nodes into a graph. */
public final class Ops {

    private final Graph graph;

    /** Appends to a graph. */
    public Ops(Graph graph) {
        this.graph = graph;
    }

    /** The graph that is written to. */
    public Graph graph() {
        return graph;
    }
}
