package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A graph of a few nodes with seeded numbers to feed it: 3 texts of 5 tokens. */
final class TinyGraph {

    static final long SEED = 20261124;
    static final int BATCH = 3;
    static final int SEQUENCE = 5;
    private static final long OPSET = 17;

    private final Graph graph = new Graph("tiny");
    private final Ops ops = new Ops(graph, OPSET);
    private final Map<String, TensorData> feeds = new LinkedHashMap<>();
    private final Random random = new Random(SEED);

    Ops ops() {
        return ops;
    }

    Map<String, TensorData> feeds() {
        return feeds;
    }

    /** A float input {@code [batch, sequence, width]}. */
    Value activation(String name, int width) {
        Shape shape = Shape.of(Dim.of("batch"), Dim.of("sequence"), Dim.of(width));
        feeds.put(name, numbers(BATCH, SEQUENCE, width));
        return graph.addInput(name, new TensorType(DType.FLOAT, shape));
    }

    /** An integer input {@code [batch, sequence]}. */
    Value integers(String name, long... values) {
        feeds.put(name, TensorData.of(List.of((long) BATCH, (long) SEQUENCE), values));
        return graph.addInput(name, new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence"))));
    }

    /** Padding at the right, at the left, and a hole. */
    Value paddingMask(String name) {
        return integers(name, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1);
    }

    Value scalar(double number) {
        return ops.constant(TensorData.scalar((float) number));
    }

    Value weight(long... shape) {
        return ops.constant("weight", numbers(shape));
    }

    Value output(Value value, String name) {
        graph.rename(value, name);
        graph.addOutput(value);
        return value;
    }

    /** A fresh model of this graph. */
    Model build() {
        Model model = new Model(graph, 8);
        model.setOpset("", OPSET);
        model.setOpset("com.microsoft", 1);
        return OnnxReader.read(OnnxWriter.toBytes(model));
    }

    private TensorData numbers(long... shape) {
        List<Long> extents = Shape.of(shape).known().orElseThrow();
        float[] data = new float[(int) TensorData.elementCount(extents)];
        for (int i = 0; i < data.length; i++) {
            data[i] = random.nextFloat() * 2 - 1;
        }
        return TensorData.of(extents, data);
    }
}
