package io.sinter.source;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Small graphs for tests, written node by node. */
final class LookupGraph {

    final Graph graph = new Graph("test");

    Value input(String name) {
        return graph.addInput(name, new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence"))));
    }

    Value floats(String name, TensorData data) {
        return graph.addInitializer(name, data);
    }

    /** A matrix whose element (r, c) is r + c / 100. */
    Value table(String name, int rows, int columns) {
        return graph.addInitializer(name, matrix(rows, columns));
    }

    static TensorData matrix(int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.floorDiv(i, columns) + i % columns / 100f;
        }
        return TensorData.of(List.of((long) rows, (long) columns), values);
    }

    static TensorData transposed(TensorData matrix) {
        int rows = (int) matrix.dim(0);
        int columns = (int) matrix.dim(1);
        float[] from = matrix.toFloatArray();
        float[] to = new float[from.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = from[i % rows * columns + i / rows];
        }
        return TensorData.of(List.of((long) columns, (long) rows), to);
    }

    Value node(String opType, @Nullable Value... inputs) {
        return node("", opType, Map.of(), inputs);
    }

    Value node(String domain, String opType, Map<String, Attribute> attributes, @Nullable Value... inputs) {
        return graph.addNode(
                        new Node(domain, opType, Arrays.asList(inputs), attributes),
                        List.of(graph.uniqueName(opType + "_out")))
                .output();
    }

    /** Makes a float value the graph's output "y". */
    void output(Value value) {
        graph.rename(value, "y");
        value.setType(new TensorType(DType.FLOAT, null));
        graph.addOutput(value);
    }

    Value constant(TensorData data) {
        return node("", "Constant", Map.of("value", Attribute.of(data)));
    }
}
