package io.sinter.optimize;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How large a graph is.
 *
 * @param nodes of the main graph
 * @param weightBytes of its constants
 * @param operators how often each occurs, those of other domains with the domain before them
 */
public record GraphSize(int nodes, long weightBytes, Map<String, Integer> operators) {

    /** Measures a graph. */
    public static GraphSize of(Graph graph) {
        Map<String, Integer> operators = new TreeMap<>();
        for (Node node : graph.nodes()) {
            String name = node.domain().isEmpty() ? node.opType() : node.domain() + "." + node.opType();
            operators.merge(name, 1, Integer::sum);
        }
        long bytes = graph.initializers().stream()
                .map(Value::initializer)
                .filter(Objects::nonNull)
                .map(TensorData::data)
                .mapToLong(java.lang.foreign.MemorySegment::byteSize)
                .sum();
        return new GraphSize(graph.nodes().size(), bytes, operators);
    }
}
