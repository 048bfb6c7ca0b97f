package io.sinter.onnx.op;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the types of values in graphs that lack them, as traced graphs do, with the rules that {@link Ops} uses. */
public final class ShapeInference {

    private ShapeInference() {}

    /**
     * Gives types to values that have none or no shape, node by node, subgraphs included. Declared types are left alone.
     * What the rules cannot tell stays null: unknown operators, operands of unknown type, contradictions (which
     * {@link #infer(Node, long)} reports).
     */
    public static void infer(Model model) {
        infer(model.graph(), model.opset());
    }

    /**
     * The types of a node's outputs, as far as they follow from its operands; null where they do not.
     *
     * @param opset version of ONNX's own operator set
     * @throws IllegalArgumentException if the operands contradict each other
     */
    public static List<@Nullable TensorType> infer(Node node, long opset) {
        if (node.is("If")) {
            return branches(node);
        }
        if (node.is("Loop")) {
            return loop(node);
        }
        return ShapeRules.infer(Call.of(node, opset));
    }

    /** The numbers that an integer scalar or vector holds, if they follow from the shapes known. */
    public static Optional<List<Long>> knownIntegers(Value value) {
        Contents contents = Contents.of(value);
        return contents == null ? Optional.empty() : contents.numbers();
    }

    private static void infer(Graph graph, long opset) {
        for (Node node : graph.nodes()) {
            node.subgraphs().forEach(subgraph -> infer(subgraph, opset));
            boolean open = node.outputs().stream().anyMatch(v -> v != null && isOpen(v.type()));
            if (open) {
                assign(node, tryInfer(node, opset));
            }
        }
    }

    private static boolean isOpen(@Nullable TensorType type) {
        return type == null || type.shape() == null;
    }

    private static List<@Nullable TensorType> tryInfer(Node node, long opset) {
        try {
            return infer(node, opset);
        } catch (IllegalArgumentException e) {
            return Collections.nCopies(node.outputs().size(), null);
        }
    }

    private static void assign(Node node, List<@Nullable TensorType> types) {
        for (int i = 0; i < node.outputs().size(); i++) {
            Value value = node.outputs().get(i);
            TensorType found = types.get(i);
            if (value == null
                    || found == null
                    || !isOpen(value.type())
                    || !value.extras().isEmpty()) {
                continue;
            }
            TensorType declared = value.type();
            if (declared == null || declared.dtype() == found.dtype()) {
                value.setType(found);
            }
        }
    }

    /** What holds of both branches. */
    private static List<@Nullable TensorType> branches(Node node) {
        List<@Nullable TensorType> types = new ArrayList<>();
        for (int i = 0; i < node.outputs().size(); i++) {
            TensorType then = output(node, "then_branch", i);
            TensorType otherwise = output(node, "else_branch", i);
            types.add(
                    then == null || otherwise == null || then.dtype() != otherwise.dtype()
                            ? null
                            : new TensorType(then.dtype(), Dims.join(then.shape(), otherwise.shape())));
        }
        return types;
    }

    /** Carried values keep their element type; their shapes may change from one iteration to the next. */
    private static List<@Nullable TensorType> loop(Node node) {
        int carried = Math.max(0, node.inputs().size() - 2);
        List<@Nullable TensorType> types = new ArrayList<>();
        for (int i = 0; i < node.outputs().size(); i++) {
            TensorType after = output(node, "body", i + 1);
            Value initial = i < carried ? node.input(i + 2) : null;
            TensorType before = initial == null ? null : initial.type();
            if (after == null) {
                types.add(null);
            } else if (i >= carried) {
                types.add(new TensorType(after.dtype(), null));
            } else {
                types.add(
                        before == null
                                ? null
                                : new TensorType(after.dtype(), Dims.join(before.shape(), after.shape())));
            }
        }
        return types;
    }

    private static @Nullable TensorType output(Node node, String attribute, int index) {
        return node.attribute(attribute) instanceof Attribute.SubGraph(Graph graph)
                        && index < graph.outputs().size()
                ? graph.outputs().get(index).type()
                : null;
    }
}
