package io.sinter.onnx.autodiff;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation of a graph: for {@code loss = f(w)} it appends the nodes that compute ∂loss/∂w.
 *
 * <p>From the loss back, each node's {@link GradientRule} turns the gradients of its outputs into those of its inputs; a
 * value that is read several times gets their sum. Only what lies on a path from one of the wanted values to the loss is
 * looked at, so that operators elsewhere need no rule, and frozen parts cost nothing. Integers, booleans and strings have
 * no gradient. Where a maximum is reached more than once, those elements share its gradient in equal parts.
 *
 * <p>Types should be known: {@link io.sinter.onnx.op.ShapeInference} finds those of a traced graph. Operators of other
 * domains are to be written in ONNX's own first.
 */
public final class Gradients {

    private static final Set<DType> DIFFERENTIABLE = Set.of(DType.FLOAT, DType.DOUBLE, DType.FLOAT16, DType.BFLOAT16);

    private final Ops ops;
    private final Set<Value> active;
    private final Map<Value, Value> gradients = new HashMap<>();

    private Gradients(Ops ops, Set<Value> active) {
        this.ops = ops;
        this.active = active;
    }

    /** The operators of ONNX's own set that have a rule. */
    public static Set<String> operators() {
        return GradientRules.ALL.keySet();
    }

    /**
     * Appends the gradients of a loss.
     *
     * @param ops appends to the end of the graph of the loss
     * @param loss one floating-point number
     * @param wrt inputs, constants or results of nodes of that graph
     * @return for each of {@code wrt}, in order
     * @throws UnsupportedException if an operator on the way has no rule, naming the node; nodes may have been appended
     * @throws IllegalArgumentException if the loss is not one number, or one of {@code wrt} cannot have a gradient
     */
    public static List<Gradient> of(Ops ops, Value loss, List<Value> wrt) {
        requireScalar(loss);
        wrt.forEach(value -> requireDifferentiable(ops.graph(), value));
        Set<Value> needed = ancestors(loss);
        List<Node> path = new ArrayList<>();
        Set<Value> active = new HashSet<>(wrt);
        for (Node node : ops.graph().nodes()) {
            boolean moves = reads(node).stream().anyMatch(active::contains);
            if (moves && node.outputs().stream().anyMatch(needed::contains)) {
                path.add(node);
                node.outputs().stream().filter(Gradients::mayFlow).forEach(active::add);
            }
        }
        Gradients run = new Gradients(ops, active);
        run.back(loss, path);
        return wrt.stream().map(run::gradient).toList();
    }

    private void back(Value loss, List<Node> path) {
        if (active.contains(loss)) {
            gradients.put(loss, Extents.filled(ops, 1, loss));
        }
        for (Node node : path.reversed()) {
            List<@Nullable Value> of = new ArrayList<>();
            node.outputs().forEach(output -> of.add(output == null ? null : gradients.get(output)));
            if (of.stream().anyMatch(Objects::nonNull)) {
                flow(new Adjoint(node, of, active));
            }
        }
    }

    private void flow(Adjoint at) {
        List<? extends @Nullable Value> parts = rule(at).gradients(ops, at);
        for (int i = 0; i < parts.size(); i++) {
            Value part = parts.get(i);
            if (part != null && at.wants(i)) {
                Value input = at.x(i);
                gradients.merge(input, Extents.typed(part, input), ops::add);
            }
        }
    }

    private static GradientRule rule(Adjoint at) {
        Node node = at.node();
        if (!node.subgraphs().isEmpty()) {
            throw at.refusal("gradients do not flow into subgraphs");
        }
        if (!node.domain().isEmpty()) {
            throw at.refusal("it is an operator of domain \"%s\"; write the graph in ONNX's own operators first"
                    .formatted(node.domain()));
        }
        GradientRule rule = GradientRules.ALL.get(node.opType());
        if (rule == null) {
            throw at.refusal("there is no gradient rule for " + node.opType());
        }
        return rule;
    }

    private Gradient gradient(Value value) {
        Value gradient = gradients.get(value);
        return gradient == null ? new Gradient.Zero() : new Gradient.Computed(gradient);
    }

    /** Everything that a value is computed from, and the value. */
    private static Set<Value> ancestors(Value value) {
        Set<Value> found = new HashSet<>(Set.of(value));
        List<Value> open = new ArrayList<>(List.of(value));
        while (!open.isEmpty()) {
            Node producer = open.removeLast().producer();
            if (producer != null) {
                reads(producer).stream().filter(found::add).forEach(open::add);
            }
        }
        return found;
    }

    /** What a node reads, in its subgraphs too. */
    private static Collection<Value> reads(Node node) {
        List<Value> read = new ArrayList<>();
        node.inputs().stream().filter(Objects::nonNull).forEach(read::add);
        for (Graph subgraph : node.subgraphs()) {
            subgraph.nodes().forEach(inner -> read.addAll(reads(inner)));
            read.addAll(subgraph.outputs());
        }
        return read;
    }

    private static boolean mayFlow(@Nullable Value value) {
        return value != null
                && (value.type() == null || DIFFERENTIABLE.contains(value.type().dtype()));
    }

    private static void requireScalar(Value loss) {
        TensorType type = loss.type();
        Shape shape = type == null ? null : type.shape();
        boolean single = shape != null
                && shape.known().filter(s -> TensorData.elementCount(s) == 1).isPresent();
        if (!single || !mayFlow(loss)) {
            throw new IllegalArgumentException(
                    "loss %s: expected one floating-point number; reduce it first".formatted(loss));
        }
    }

    private static void requireDifferentiable(Graph graph, Value value) {
        if (!mayFlow(value) || !graph.owns(value)) {
            throw new IllegalArgumentException("%s: expected a floating-point value of %s".formatted(value, graph));
        }
    }
}
