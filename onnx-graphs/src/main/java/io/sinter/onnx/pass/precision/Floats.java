package io.sinter.onnx.pass.precision;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.tensor.DType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which values of a graph are float32, as it came; also where operators of other domains hide the types. */
final class Floats {

    private final Set<Value> floats;

    private Floats(Set<Value> floats) {
        this.floats = floats;
    }

    /** Looks at the main graph; the graphs inside it keep their own types. */
    static Floats of(Graph graph, long opset) {
        Set<Value> floats = new HashSet<>();
        graph.values().stream().filter(v -> isDeclared(v, DType.FLOAT)).forEach(floats::add);
        for (Node node : graph.nodes()) {
            for (int i = 0; i < node.outputs().size(); i++) {
                Value output = node.outputs().get(i);
                if (output != null && output.type() == null && gives(node, i, opset, floats)) {
                    output.setType(new TensorType(DType.FLOAT, null));
                    floats.add(output);
                }
            }
        }
        return new Floats(floats);
    }

    /** Whether a value is float32. */
    boolean isFloat(@Nullable Value value) {
        return floats.contains(value);
    }

    /** Places of a node's float32 operands. */
    List<Integer> inputs(Node node) {
        return IntStream.range(0, node.inputs().size())
                .filter(i -> floats.contains(node.input(i)))
                .boxed()
                .toList();
    }

    /** A node's float32 results. */
    List<Value> outputs(Node node) {
        return node.outputs().stream()
                .filter(Objects::nonNull)
                .filter(floats::contains)
                .toList();
    }

    /** Whether one of a node's results is float32. */
    boolean gives(Node node) {
        return node.outputs().stream().anyMatch(floats::contains);
    }

    private static boolean isDeclared(Value value, DType dtype) {
        return value.type() != null && value.type().dtype() == dtype;
    }

    /** An output of unknown type: as the rules say; of other domains, as the first operand that is a float. */
    private static boolean gives(Node node, int output, long opset, Set<Value> floats) {
        if (node.domain().isEmpty() && !node.is("SimplifiedLayerNormalization")) {
            TensorType type = inferred(node, opset).get(output);
            return type != null && type.dtype() == DType.FLOAT;
        }
        return HalfOperators.sharesType(node, output) && node.inputs().stream().anyMatch(floats::contains);
    }

    private static Map<Integer, TensorType> inferred(Node node, long opset) {
        Map<Integer, TensorType> types = new HashMap<>();
        try {
            List<@Nullable TensorType> found = ShapeInference.infer(node, opset);
            for (int i = 0; i < found.size(); i++) {
                if (found.get(i) != null) {
                    types.put(i, found.get(i));
                }
            }
        } catch (IllegalArgumentException e) {
            return Map.of(); // contradictory operands: the runtime says so
        }
        return types;
    }
}
