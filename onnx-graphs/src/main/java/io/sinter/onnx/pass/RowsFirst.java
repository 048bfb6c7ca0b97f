package io.sinter.onnx.pass;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Picks rows before what is done to each of them: where only some rows of a result are read, only those are computed.
 *
 * <p>{@code Gather(f(x), rows)} along the first axis of a matrix becomes {@code f(Gather(x, rows))} for every f that works on
 * rows one by one: products by a matrix, norms and softmaxes along the last axis, functions of one element, sums with vectors
 * and with other values of the same rows. It goes up to where rows mix, as in attention, or where the rest is read too. It
 * pays where fewer rows are picked than there are: a masked language model's loss reads one row in seven, and then neither
 * the scores of the other tokens nor the feed-forward network of the last layer are computed for them.
 *
 * <p>Types must be known; what they leave open is not moved past.
 */
public final class RowsFirst implements GraphPass {

    @Override
    public String name() {
        return "rows-first";
    }

    @Override
    public PassResult run(Model model) {
        List<String> changes = new ArrayList<>();
        Graph graph = model.graph();
        for (Node node : List.copyOf(graph.nodes())) {
            if (picksRows(node)) {
                Set<Node> passed = passed(graph, node);
                if (passed.stream().anyMatch(n -> !RowWise.LAYOUT.contains(n.opType()))) {
                    changes.add("%s before %d nodes".formatted(node, passed.size()));
                    move(Ops.insertingBefore(graph, model.opset(), node), node, passed);
                }
            }
        }
        return PassResult.of(changes);
    }

    private static boolean picksRows(Node node) {
        return node.is("Gather")
                && node.intAttribute("axis", 0) == 0
                && RowWise.rank(node.input(0)) == 2
                && RowWise.rank(node.input(1)) == 1;
    }

    /** The nodes that the choice can be made before, as nothing else reads what they compute; in the order of the graph. */
    private static Set<Node> passed(Graph graph, Node gather) {
        Set<Node> passed = new HashSet<>();
        List<Node> open = new ArrayList<>();
        open.add(gather);
        while (!open.isEmpty()) {
            Node node = open.removeLast();
            for (int operand : node == gather ? List.of(0) : RowWise.operands(node)) {
                Node producer = Objects.requireNonNull(node.input(operand)).producer();
                if (producer != null && !RowWise.operands(producer).isEmpty() && passed.add(producer)) {
                    open.add(producer);
                }
            }
        }
        passed.removeIf(node -> !graph.owns(node.output()));
        while (passed.removeIf(node -> isReadElsewhere(graph, node, gather, passed))) {}
        return connected(gather, passed);
    }

    private static boolean isReadElsewhere(Graph graph, Node node, Node gather, Set<Node> passed) {
        Value value = node.output();
        return graph.isOutput(value)
                || value.uses().stream()
                        .anyMatch(use -> use.node() == gather
                                ? use.index() != 0
                                : !passed.contains(use.node())
                                        || !RowWise.operands(use.node()).contains(use.index()));
    }

    /** Those that the gather's rows still come through. */
    private static Set<Node> connected(Node gather, Set<Node> passed) {
        Set<Node> found = new HashSet<>();
        List<Node> open = new ArrayList<>();
        open.add(gather);
        while (!open.isEmpty()) {
            Node node = open.removeLast();
            for (Value input : node.inputs()) {
                Node producer = input == null ? null : input.producer();
                if (producer != null && passed.contains(producer) && found.add(producer)) {
                    open.add(producer);
                }
            }
        }
        return found;
    }

    private static void move(Ops ops, Node gather, Set<Node> passed) {
        Picked picked = new Picked(ops, Objects.requireNonNull(gather.input(1)), new HashMap<>());
        List<Node> inOrder =
                ops.graph().nodes().stream().filter(passed::contains).toList();
        inOrder.forEach(node -> picked.rows.put(node.output(), picked.applied(node)));
        Value result = picked.of(Objects.requireNonNull(gather.input(0)));
        ops.graph().replaceNode(gather, new Node("", "Identity", List.of(result), Map.of()));
        ops.graph().removeNodes(passed);
    }

    /**
     * Values of which only the picked rows are there.
     *
     * @param rows by the value with all rows; each is {@code [N, d]}
     */
    private record Picked(Ops ops, Value indices, Map<Value, Value> rows) {

        Value of(Value all) {
            return rows.computeIfAbsent(all, value -> {
                Map<String, Attribute> beforeLast = Map.of("axis", Attribute.of(-1));
                Value matrix = RowWise.rank(value) == 2 ? value : ops.apply("Flatten", List.of(value), beforeLast);
                return ops.gather(matrix, indices, 0);
            });
        }

        /** The node's result for the picked rows of its operands. */
        Value applied(Node node) {
            if (RowWise.LAYOUT.contains(node.opType())) {
                return of(Objects.requireNonNull(node.input(0)));
            }
            List<@Nullable Value> operands = new ArrayList<>(node.inputs());
            RowWise.operands(node).forEach(i -> operands.set(i, of(Objects.requireNonNull(node.input(i)))));
            return ops.apply(node.opType(), operands, attributes(node, operands));
        }

        private Map<String, Attribute> attributes(Node node, List<@Nullable Value> operands) {
            Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
            if (RowWise.ALONG.contains(node.opType())) {
                attributes.put("axis", Attribute.of(-1));
            } else if (RowWise.REDUCTIONS.contains(node.opType()) && operands.size() > 1) {
                operands.set(1, ops.constant("last", TensorData.vector(-1L)));
            } else if (RowWise.REDUCTIONS.contains(node.opType())) {
                attributes.put("axes", Attribute.of(List.of(-1L)));
            }
            return attributes;
        }
    }
}
