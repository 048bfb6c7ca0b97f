package io.sinter.onnx.op;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts nodes into a graph, with names and inferred types.
 *
 * @param graph where
 * @param opset version of ONNX's own operator set
 * @param anchor the node before which to insert, or null to append
 * @param prefix of the names of nodes and values
 */
record Emitter(Graph graph, long opset, @Nullable Node anchor, String prefix) {

    /** A node whose output types follow from its operands; attributes in order of name, so that output is reproducible. */
    Node emit(String opType, List<? extends @Nullable Value> inputs, Map<String, Attribute> attributes, int outputs) {
        Call call = new Call("", opType, opset, new ArrayList<>(inputs), attributes, outputs);
        // Before there is a node: a node registers itself with its operands.
        List<@Nullable TensorType> types = ShapeRules.infer(call);
        return add(new Node("", opType, inputs, new TreeMap<>(attributes)), types);
    }

    Node add(Node node, List<? extends @Nullable TensorType> types) {
        String name = freeName(prefix + node.opType());
        List<String> outputNames = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            outputNames.add(i == 0 ? name : graph.uniqueName(name + "_output_" + i));
        }
        node.setName(name);
        int index = anchor == null ? graph.nodes().size() : graph.indexOf(anchor);
        if (index < 0) {
            throw new IllegalArgumentException("the anchor " + anchor + " is no longer in " + graph);
        }
        graph.insertNode(index, node, outputNames);
        for (int i = 0; i < types.size(); i++) {
            node.output(i).setType(types.get(i));
        }
        return node;
    }

    /** A name that no value and no node has: a value that was renamed has left its old name to its node. */
    private String freeName(String wish) {
        String candidate = graph.uniqueName(wish);
        for (int i = 1; isNodeName(candidate); i++) {
            candidate = graph.uniqueName(wish + "_" + i);
        }
        return candidate;
    }

    private boolean isNodeName(String name) {
        return graph.nodes().stream().anyMatch(n -> name.equals(n.name()));
    }

    Value constant(String name, TensorData data) {
        return graph.addInitializer(graph.uniqueName(prefix + name), data);
    }
}
