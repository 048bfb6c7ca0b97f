package io.sinter.onnx.check;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The invariants of one graph; subgraphs are checked on their own. */
final class GraphChecks {

    private final Graph graph;
    private final Verifier.Imports imports;
    private final Set<Node> nodes;
    private final List<Finding> findings = new ArrayList<>();

    GraphChecks(Graph graph, Verifier.Imports imports) {
        this.graph = graph;
        this.imports = imports;
        this.nodes = new HashSet<>(graph.nodes());
    }

    List<Finding> run() {
        checkNames();
        checkOrder();
        checkOutputs();
        graph.values().forEach(this::checkUses);
        graph.initializers().forEach(this::checkConstant);
        for (Node node : graph.nodes()) {
            checkOperator(node);
            checkRegistered(node);
            AttributeChecks.check(node).forEach(what -> report("%s: %s".formatted(node, what)));
            checkTypes(node);
        }
        return findings;
    }

    /** Each value is defined by an input, an initializer or one node, under a name that no graph around has. */
    private void checkNames() {
        Graph parent = graph.parent();
        for (Value value : graph.values()) {
            if (parent != null && parent.value(value.name()) != null) {
                report("\"%s\" is defined again by a graph around it".formatted(value.name()));
            }
            boolean input = graph.inputs().contains(value);
            Node producer = value.producer();
            if (producer == null && !input && !value.isInitializer() && !value.isSparseInitializer()) {
                report("nothing defines \"%s\"".formatted(value.name()));
            }
            if (producer != null && (input || value.isInitializer())) {
                report("\"%s\" is computed by %s and is an input or initializer too".formatted(value.name(), producer));
            }
            if (producer != null && !nodes.contains(producer)) {
                report("\"%s\" is computed by %s, which is not in the graph".formatted(value.name(), producer));
            }
        }
        Set<Value> inputs = new HashSet<>();
        for (Value input : graph.inputs()) {
            if (!graph.owns(input)) {
                report("input \"%s\" is no value of the graph".formatted(input.name()));
            }
            if (!inputs.add(input)) {
                report("input \"%s\" is listed twice".formatted(input.name()));
            }
        }
    }

    /** Each node comes after those whose results it reads; what it reads is defined here or around. */
    private void checkOrder() {
        Set<Value> ready = new HashSet<>();
        graph.values().stream().filter(v -> v.producer() == null).forEach(ready::add);
        for (Node node : graph.nodes()) {
            for (Value input : node.inputs()) {
                if (input != null) {
                    checkReady(node, input, ready);
                }
            }
            for (Graph subgraph : node.subgraphs()) {
                if (subgraph.parent() != graph) {
                    report("%s: the graph around its subgraph \"%s\" is another".formatted(node, subgraph.name()));
                }
                captures(subgraph).forEach(value -> checkReady(node, value, ready));
            }
            for (Value output : node.outputs()) {
                if (output != null && !ready.add(output)) {
                    report("\"%s\" is computed twice, the second time by %s".formatted(output.name(), node));
                }
            }
        }
    }

    private void checkReady(Node node, Value input, Set<Value> ready) {
        if (graph.value(input.name()) != input) {
            report("%s reads \"%s\", which nothing here or around defines".formatted(node, input.name()));
        } else if (graph.owns(input) && !ready.contains(input)) {
            report("%s reads \"%s\" before it is computed".formatted(node, input.name()));
        }
    }

    /** Values of this graph that nodes and outputs of a graph inside it read. */
    private List<Value> captures(Graph subgraph) {
        List<Value> captured = new ArrayList<>();
        for (Node node : subgraph.nodes()) {
            node.inputs().stream().filter(v -> v != null && graph.owns(v)).forEach(captured::add);
            node.subgraphs().forEach(inner -> captured.addAll(captures(inner)));
        }
        subgraph.outputs().stream().filter(graph::owns).forEach(captured::add);
        return captured;
    }

    private void checkOutputs() {
        Set<Value> seen = new HashSet<>();
        for (Value output : graph.outputs()) {
            if (graph.value(output.name()) != output) {
                report("output \"%s\" is not defined".formatted(output.name()));
            }
            if (!seen.add(output)) {
                report("output \"%s\" is listed twice".formatted(output.name()));
            }
        }
    }

    /** Each use is an input of its node. */
    private void checkUses(Value value) {
        for (Use use : value.uses()) {
            if (use.node().input(use.index()) != value) {
                report("\"%s\" lists input %d of %s as a use, which reads another"
                        .formatted(value.name(), use.index(), use.node()));
            } else if (!nodes.contains(use.node()) && !isInside(graph, use.node())) {
                report("\"%s\" is used by %s, which is in no graph here".formatted(value.name(), use.node()));
            }
        }
    }

    private static boolean isInside(Graph graph, Node node) {
        return graph.nodes().contains(node)
                || graph.nodes().stream()
                        .flatMap(n -> n.subgraphs().stream())
                        .anyMatch(subgraph -> isInside(subgraph, node));
    }

    /** Each input lists its use, and each output its producer. */
    private void checkRegistered(Node node) {
        for (int i = 0; i < node.inputs().size(); i++) {
            Value input = node.inputs().get(i);
            if (input != null && !input.uses().contains(new Use(node, i))) {
                report("%s reads \"%s\", which does not list it as a use".formatted(node, input.name()));
            }
        }
        for (Value output : node.outputs()) {
            if (output != null && output.producer() != node) {
                report("%s computes \"%s\", which names another node as its producer".formatted(node, output.name()));
            }
        }
    }

    private void checkConstant(Value value) {
        TensorData data = value.initializer();
        TensorType type = value.type();
        if (data == null || type == null) {
            return;
        }
        if (type.dtype() != data.dtype() || !admits(type.shape(), Shape.of(data.shape()))) {
            report("initializer \"%s\" is %s, but declared as %s".formatted(value.name(), data.describe(), type));
        }
    }

    private void checkOperator(Node node) {
        if (node.opType().isEmpty()) {
            report("%s has no operator".formatted(node));
        }
        boolean function = imports.functions().contains(node.domain() + ":" + node.opType());
        if (!imports.versions().containsKey(node.domain()) && !function) {
            report("%s: the operator set \"%s\" is not imported"
                    .formatted(node, node.domain().isEmpty() ? "ai.onnx" : node.domain()));
        }
    }

    private void checkTypes(Node node) {
        List<@Nullable TensorType> types;
        try {
            types = ShapeInference.infer(node, imports.opset());
        } catch (IllegalArgumentException e) {
            report(String.valueOf(e.getMessage()));
            return;
        }
        for (int i = 0; i < node.outputs().size(); i++) {
            Value output = node.outputs().get(i);
            TensorType declared = output == null ? null : output.type();
            TensorType found = types.get(i);
            if (output == null || declared == null || found == null) {
                continue;
            }
            if (declared.dtype() != found.dtype() || !admits(declared.shape(), found.shape())) {
                report("%s computes \"%s\" as %s, but it is declared as %s"
                        .formatted(node, output.name(), found, declared));
            }
        }
    }

    /** Whether a tensor could have both shapes. */
    private static boolean admits(@Nullable Shape a, @Nullable Shape b) {
        if (a == null || b == null) {
            return true;
        }
        if (a.rank() != b.rank()) {
            return false;
        }
        for (int i = 0; i < a.rank(); i++) {
            if (a.dim(i) instanceof Dim.Known
                    && b.dim(i) instanceof Dim.Known
                    && !a.dim(i).equals(b.dim(i))) {
                return false;
            }
        }
        return true;
    }

    private void report(String what) {
        findings.add(new Finding("graph \"" + graph.name() + "\"", what));
    }
}
