package io.sinter.onnx.pass;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.op.Ops;

/** Rewrites a node of one operator so that it means under a newer version what it meant under an older one. */
@FunctionalInterface
interface Adapter {

    /** Rewrites the node, or replaces it. */
    void adapt(Site site);

    /**
     * Where an adapter works.
     *
     * @param graph the node's graph
     * @param node the node to adapt
     * @param ops emits before the node
     */
    record Site(Graph graph, Node node, Ops ops) {}
}
