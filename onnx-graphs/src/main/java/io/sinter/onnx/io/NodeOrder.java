package io.sinter.onnx.io;

import io.sinter.error.MalformedException;
import io.sinter.onnx.io.proto.AttributeProto;
import io.sinter.onnx.io.proto.GraphProto;
import io.sinter.onnx.io.proto.NodeProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.io.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Nodes in topological order. ONNX demands it of files, but ONNX Runtime loads others too, so a file in another order is
 * sorted on reading; nodes that need not move keep their places.
 */
final class NodeOrder {

    private final List<NodeProto> nodes;
    private final String where;
    private final List<Set<Integer>> readers = new ArrayList<>();
    private final int[] awaited;

    private NodeOrder(List<NodeProto> nodes, String where) {
        this.nodes = nodes;
        this.where = where;
        this.awaited = new int[nodes.size()];
    }

    /**
     * The nodes, each after those whose outputs it or its subgraphs read.
     *
     * @throws MalformedException if nodes read each other's outputs in a circle
     */
    static List<NodeProto> sorted(List<NodeProto> nodes, String where) {
        return new NodeOrder(nodes, where).sort();
    }

    private List<NodeProto> sort() {
        if (!link()) {
            return nodes;
        }
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int i = 0; i < awaited.length; i++) {
            if (awaited[i] == 0) {
                ready.add(i);
            }
        }
        List<NodeProto> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            int node = ready.remove();
            order.add(nodes.get(node));
            for (int reader : readers.get(node)) {
                awaited[reader]--;
                if (awaited[reader] == 0) {
                    ready.add(reader);
                }
            }
        }
        if (order.size() < nodes.size()) {
            throw circle();
        }
        return order;
    }

    /** Finds who reads whose outputs; true if any node reads one of a later node. */
    private boolean link() {
        Map<String, Integer> producers = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            readers.add(new LinkedHashSet<>());
            for (String output : nodes.get(i).getOutputList()) {
                producers.putIfAbsent(output, i);
            }
        }
        boolean unsorted = false;
        for (int i = 0; i < nodes.size(); i++) {
            Set<String> read = new LinkedHashSet<>();
            collectReads(nodes.get(i), read);
            for (String name : read) {
                Integer producer = producers.get(name);
                if (producer != null && !name.isEmpty() && readers.get(producer).add(i)) {
                    awaited[i]++;
                    unsorted |= producer >= i;
                }
            }
        }
        return unsorted;
    }

    private static void collectReads(NodeProto node, Set<String> read) {
        read.addAll(node.getInputList());
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                collectReads(attribute.getG(), read);
            }
            attribute.getGraphsList().forEach(graph -> collectReads(graph, read));
        }
    }

    /** What a subgraph reads of the values around it. */
    private static void collectReads(GraphProto graph, Set<String> read) {
        Set<String> inside = new LinkedHashSet<>();
        graph.getNodeList().forEach(node -> collectReads(node, inside));
        graph.getOutputList().forEach(output -> inside.add(output.getName()));
        graph.getNodeList().forEach(node -> node.getOutputList().forEach(inside::remove));
        graph.getInputList().stream().map(ValueInfoProto::getName).forEach(inside::remove);
        graph.getInitializerList().stream().map(TensorProto::getName).forEach(inside::remove);
        graph.getSparseInitializerList()
                .forEach(sparse -> inside.remove(sparse.getValues().getName()));
        read.addAll(inside);
    }

    private MalformedException circle() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < awaited.length && names.size() < 5; i++) {
            if (awaited[i] > 0) {
                NodeProto node = nodes.get(i);
                names.add(node.getOpType() + " -> " + node.getOutputList());
            }
        }
        return new MalformedException(
                "%s: nodes read each other's outputs in a circle: %s".formatted(where, String.join(", ", names)));
    }
}
