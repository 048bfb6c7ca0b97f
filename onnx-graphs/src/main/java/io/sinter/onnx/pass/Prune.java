package io.sinter.onnx.pass;

import io.sinter.onnx.ir.Function;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Removes what no output depends on: nodes, initializers (with the inputs whose defaults they are) and functions. A value
 * that a subgraph reads is used; optional outputs that nothing reads are left out. Inputs without a default stay, as callers feed them.
 */
public final class Prune implements GraphPass {

    /**
     * Operators of which all outputs but the first are optional, and are not computed where they are left out;
     * EmbedLayerNormalization is one where its {@code mask_index_type} is 0, else ONNX Runtime wants the second output.
     */
    private static final Set<String> OPTIONAL_OUTPUTS = Set.of(
            ":LayerNormalization",
            "com.microsoft:SkipLayerNormalization",
            "com.microsoft:SkipSimplifiedLayerNormalization");

    @Override
    public String name() {
        return "prune";
    }

    @Override
    public PassResult run(Model model) {
        List<String> changes = new ArrayList<>();
        int before;
        do {
            before = changes.size();
            prune(model.graph(), changes);
        } while (changes.size() > before);
        Set<String> called = calledFunctions(model);
        for (Function function : List.copyOf(model.functions())) {
            if (called.contains(id(function.domain(), function.name()))) {
                prune(function.body(), changes);
            } else {
                model.removeFunction(function);
                changes.add("function \"%s\"".formatted(id(function.domain(), function.name())));
            }
        }
        return PassResult.of(changes);
    }

    private static void prune(Graph graph, List<String> changes) {
        // From the last node back: when a node's turn comes, all its readers are gone or stay.
        List<Node> nodes = graph.nodes();
        List<Node> dead = new ArrayList<>();
        List<Value> unread = new ArrayList<>();
        Set<Node> gone = new HashSet<>();
        Set<Value> outputs = outputs(graph);
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            boolean used = node.outputs().stream()
                    .filter(Objects::nonNull)
                    .anyMatch(
                            v -> outputs.contains(v) || v.uses().stream().anyMatch(use -> !gone.contains(use.node())));
            if (used) {
                node.subgraphs().forEach(subgraph -> prune(subgraph, changes));
                collectUnread(node, outputs, gone, unread);
            } else {
                dead.add(node);
                gone.add(node);
                node.subgraphs().forEach(subgraph -> addAll(subgraph, gone));
                changes.add(node.toString());
            }
        }
        graph.removeNodes(dead);
        for (Value value : unread) {
            changes.add("output \"%s\"".formatted(value.name()));
            graph.leaveOut(value);
        }
        for (Value value : graph.initializers()) {
            if (value.uses().isEmpty() && !outputs.contains(value)) {
                graph.removeValue(value);
                changes.add("initializer \"%s\"".formatted(value.name()));
            }
        }
    }

    private static void collectUnread(Node node, Set<Value> outputs, Set<Node> gone, List<Value> unread) {
        String operator = id(node.domain(), node.opType());
        boolean countsNoMask = operator.equals("com.microsoft:EmbedLayerNormalization")
                && node.intAttribute("mask_index_type", 1) == 0;
        if (countsNoMask || OPTIONAL_OUTPUTS.contains(operator)) {
            node.outputs().stream()
                    .skip(1)
                    .filter(v -> v != null && !outputs.contains(v))
                    .filter(v -> v.uses().stream().allMatch(use -> gone.contains(use.node())))
                    .forEach(unread::add);
        }
    }

    /** Values that this graph, or one inside it, gives out. */
    static Set<Value> outputs(Graph graph) {
        Set<Value> outputs = new HashSet<>(graph.outputs());
        for (Node node : graph.nodes()) {
            node.subgraphs().forEach(subgraph -> outputs.addAll(outputs(subgraph)));
        }
        return outputs;
    }

    private static void addAll(Graph graph, Set<Node> nodes) {
        for (Node node : graph.nodes()) {
            nodes.add(node);
            node.subgraphs().forEach(subgraph -> addAll(subgraph, nodes));
        }
    }

    /** Functions reached from the main graph, through others too. */
    private static Set<String> calledFunctions(Model model) {
        Set<String> called = new HashSet<>();
        Deque<Graph> open = new ArrayDeque<>(List.of(model.graph()));
        while (!open.isEmpty()) {
            Set<String> operators = operators(open.pop()).collect(Collectors.toSet());
            for (Function function : model.functions()) {
                String id = id(function.domain(), function.name());
                if (operators.contains(id) && called.add(id)) {
                    open.push(function.body());
                }
            }
        }
        return called;
    }

    private static Stream<String> operators(Graph graph) {
        return graph.nodes().stream()
                .flatMap(node -> Stream.concat(
                        Stream.of(id(node.domain(), node.opType())),
                        node.subgraphs().stream().flatMap(Prune::operators)));
    }

    private static String id(String domain, String name) {
        return domain + ":" + name;
    }
}
