package io.sinter.activations;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A product x·W of a graph with a weight: a linear layer.
 *
 * @param weight the initializer, of rank 2
 * @param input x, whose last axis is summed over
 * @param output x·W, with a bias where the operator adds one
 * @param axis of the weight that is summed over
 */
public record Product(Value weight, Value input, Value output, InputAxis axis) {

    /** Which axis of a matrix runs over a layer's inputs. */
    public enum InputAxis {
        /** {@code [in, out]}. */
        FIRST,
        /** {@code [out, in]}. */
        LAST;

        /** That of the transposed matrix. */
        public InputAxis other() {
            return this == FIRST ? LAST : FIRST;
        }

        /** Number of inputs of a weight. */
        public long width(List<Long> shape) {
            return shape.get(this == FIRST ? 0 : 1);
        }
    }

    /** All products of a graph with its weights, in the order of its nodes; those with an embedding table among them. */
    public static List<Product> of(Graph graph) {
        List<Product> products = new ArrayList<>();
        for (Node node : graph.nodes()) {
            find(node).ifPresent(products::add);
        }
        return products;
    }

    private static Optional<Product> find(Node node) {
        boolean product = node.is("MatMul");
        boolean gemm = node.is("Gemm") && node.intAttribute("transA", 0) == 0;
        Value input = node.inputs().isEmpty() ? null : node.input(0);
        Value right = node.inputs().size() < 2 ? null : node.input(1);
        if ((!product && !gemm) || input == null || right == null) {
            return Optional.empty();
        }
        InputAxis axis = gemm && node.intAttribute("transB", 0) == 1 ? InputAxis.LAST : InputAxis.FIRST;
        Value transposed = transposed(right.producer());
        if (transposed != null) {
            return of(transposed, node, axis.other());
        }
        return of(right, node, axis);
    }

    private static Optional<Product> of(Value weight, Node node, InputAxis axis) {
        TensorData data = weight.initializer();
        return data != null && data.rank() == 2
                ? Optional.of(new Product(weight, Objects.requireNonNull(node.input(0)), node.output(0), axis))
                : Optional.empty();
    }

    private static @Nullable Value transposed(@Nullable Node node) {
        return node != null && node.is("Transpose") && swapsTwoAxes(node) ? node.input(0) : null;
    }

    private static boolean swapsTwoAxes(Node transpose) {
        return switch (transpose.attribute("perm")) {
            case null -> true;
            case Attribute.Ints(List<Long> axes) -> axes.equals(List.of(1L, 0L));
            default -> false;
        };
    }
}
