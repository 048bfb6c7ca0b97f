package io.sinter.train;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of {@code Dropout} nodes whose training mode is on: in the graph that learns, products with a mask that is a
 * function of seed, batch, node and element; elsewhere nothing. Those whose training mode is off do nothing anywhere.
 *
 * <p>An element is left out where the product modulo 2³² of a random odd word of its row and one of its column is below
 * ratio · 2³²; the others are divided by 1 − ratio. So what costs much, random words, is made for rows and columns only. Given
 * one of the words the product is uniform, so that any two elements are independent.
 */
final class Dropouts {

    private Dropouts() {}

    /** Takes them out: for a graph that does not learn. */
    static void remove(Model model) {
        nodes(model.graph()).forEach(node -> replace(model.graph(), node, "Identity", List.of(data(node))));
    }

    /**
     * Writes them out.
     *
     * @param number of the batch, an INT64 scalar of the graph
     * @throws UnsupportedException if a ratio is no constant from 0 to less than 1, or a mask is read
     */
    static void lower(Model model, Value number, long seed) {
        Graph graph = model.graph();
        List<Node> nodes = nodes(graph);
        if (nodes.isEmpty()) {
            return;
        }
        Node first = graph.nodes().getFirst();
        Ops before = Ops.insertingBefore(graph, model.opset(), first).withPrefix("dropout/");
        RandomWords words = RandomWords.of(before, number, seed);
        int stream = 0;
        for (Node node : nodes) {
            double ratio = isTraining(node) ? ratio(node) : 0;
            Ops ops = Ops.insertingBefore(graph, model.opset(), node).withPrefix("dropout/");
            if (ratio == 0) {
                replace(graph, node, "Identity", List.of(data(node)));
            } else {
                Value factor = factor(words.at(ops), stream, data(node), ratio);
                replace(graph, node, "Mul", List.of(data(node), factor));
            }
            stream++;
        }
    }

    private static List<Node> nodes(Graph graph) {
        return graph.nodes().stream().filter(node -> node.is("Dropout")).toList();
    }

    private static Value data(Node node) {
        return Objects.requireNonNull(node.input(0));
    }

    /** What a tensor is multiplied by: 0 or 1 / (1 − ratio), of its shape. */
    private static Value factor(RandomWords words, int stream, Value data, double ratio) {
        Ops ops = words.ops();
        Value shape = ops.shape(data);
        Value last = ops.constant("last", TensorData.vector(-1L));
        Value columns = ops.gather(shape, last, 0);
        Value all = ops.apply("ReduceProd", List.of(shape), Map.of());
        Value rows = ops.div(ops.reshape(all, 1), columns);
        Value both = words.words(stream, ops.squeeze(ops.add(rows, columns), 0));
        Value odd = ops.add(ops.mul(both, RandomWords.word(ops, 2)), RandomWords.word(ops, 1));
        Value zero = ops.constant("zero", TensorData.vector(0L));
        Value ofRows = ops.unsqueeze(ops.slice(odd, zero, rows, zero, ops.constant("one", TensorData.vector(1L))), 1);
        Value ofColumns =
                ops.slice(odd, rows, ops.add(rows, columns), zero, ops.constant("one", TensorData.vector(1L)));
        Value below = ops.less(ops.mul(ofRows, ofColumns), RandomWords.word(ops, (int) Math.round(ratio * 0x1p32)));
        Value kept = Doubles.single(ops, 1 / (1 - ratio));
        Value factor = ops.where(below, Doubles.single(ops, 0), kept);
        Value shaped = ops.reshape(factor, shape);
        TensorType type = data.type();
        if (type != null) {
            shaped.setType(new TensorType(DType.FLOAT, type.shape()));
        }
        return type == null || type.dtype() == DType.FLOAT ? shaped : ops.cast(shaped, type.dtype());
    }

    private static boolean isTraining(Node node) {
        return constant(node.input(2))
                .filter(mode -> mode.data().get(ValueLayout.JAVA_BYTE, 0) != 0)
                .isPresent();
    }

    private static double ratio(Node node) {
        if (node.input(1) == null) {
            return 0.5;
        }
        double ratio = constant(node.input(1))
                .filter(tensor -> tensor.dtype() == DType.FLOAT)
                .map(tensor -> (double) tensor.toFloatArray()[0])
                .orElse(Double.NaN);
        if (!(ratio >= 0 && ratio < 1)) {
            throw new UnsupportedException(
                    "%s: ratio: got %s, expected a float32 constant from 0 to less than 1".formatted(node, ratio));
        }
        return ratio;
    }

    private static Optional<TensorData> constant(@Nullable Value value) {
        return Optional.ofNullable(value).map(Value::constant);
    }

    /** Puts an operator of one output in its place. */
    private static void replace(Graph graph, Node node, String opType, List<Value> inputs) {
        Value mask = node.outputs().size() > 1 ? node.outputs().get(1) : null;
        if (mask != null) {
            if (!mask.uses().isEmpty() || graph.isOutput(mask)) {
                throw new UnsupportedException(node + ": its mask is read: only its result can be trained through");
            }
            graph.leaveOut(mask);
        }
        Node replacement = new Node("", opType, inputs, Map.of());
        replacement.setName(node.name());
        graph.replaceNode(node, replacement);
    }
}
