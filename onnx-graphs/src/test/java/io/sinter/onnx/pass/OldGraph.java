package io.sinter.onnx.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Opsets;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/** A small graph at an old opset, every node output of which is an output. */
final class OldGraph {

    private static final long SEED = 20261123;

    private final long opset;
    private final Graph graph = new Graph("old");
    private final Map<String, TensorData> feeds = new LinkedHashMap<>();
    private final Random random = new Random(SEED);
    private int outputs;

    private OldGraph(long opset) {
        this.opset = opset;
    }

    static OldGraph of(long opset) {
        return new OldGraph(opset);
    }

    /** A float32 input, fed with seeded numbers in [-1, 1). */
    Value input(String name, long... shape) {
        Value value = graph.addInput(name, new TensorType(DType.FLOAT, Shape.of(shape)));
        List<Long> extents = Shape.of(shape).known().orElseThrow();
        float[] data = new float[(int) TensorData.elementCount(extents)];
        for (int i = 0; i < data.length; i++) {
            data[i] = random.nextFloat() * 2 - 1;
        }
        feeds.put(name, TensorData.of(extents, data));
        return value;
    }

    /** An input with a default. */
    Value defaulted(String name, TensorData data) {
        graph.addInput(name, TensorType.of(data));
        return graph.addInitializer(name, data);
    }

    /** A constant; the oldest format wants it among the inputs too. */
    Value constant(TensorData data) {
        String name = graph.uniqueName("c");
        return irVersion() < 4 ? defaulted(name, data) : graph.addInitializer(name, data);
    }

    /** A function of the value, of a type that the rules cannot tell. */
    Value unknown(Value value) {
        Node node = new Node("com.microsoft", "QuickGelu", List.of(value), Map.of());
        return graph.addNode(node, List.of(graph.uniqueName("u"))).output();
    }

    Value node(String op, List<Value> inputs, Map<String, Attribute> attributes) {
        return nodes(op, inputs, attributes, 1).getFirst();
    }

    List<Value> nodes(String op, List<Value> inputs, Map<String, Attribute> attributes, int count) {
        List<String> names =
                IntStream.range(0, count).mapToObj(i -> "y" + outputs++).toList();
        Node node = graph.addNode(new Node("", op, inputs, attributes), names);
        List<Value> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            graph.addOutput(node.output(i));
            values.add(node.output(i));
        }
        return values;
    }

    Graph subgraph(String name) {
        return new Graph(name, graph);
    }

    static Value append(Graph graph, String op, List<Value> inputs, Map<String, Attribute> attributes, String name) {
        return graph.addNode(new Node("", op, inputs, attributes), List.of(name))
                .output();
    }

    /** A fresh model of this graph. */
    Model build() {
        Model model = new Model(graph, irVersion());
        model.setOpset("", opset);
        model.setOpset("com.microsoft", 1);
        return OnnxReader.read(OnnxWriter.toBytes(model));
    }

    Model raised() {
        return raised(Opsets.EMITTED);
    }

    private Model raised(long target) {
        Model model = build();
        new RaiseOpset(target).run(model);
        return model;
    }

    void assertRaisedEqual() {
        assertRaisedEqual(Opsets.EMITTED);
    }

    void assertRaisedEqual(long target) {
        Map<String, TensorData> expected = Ort.run(build(), feeds);
        assertThat(expected).isNotEmpty();
        Model raised = raised(target);
        assertThat(raised.opset()).isEqualTo(target);
        assertThat(Verifier.check(raised)).isEmpty();
        Map<String, TensorData> actual = Ort.run(raised, feeds);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((name, data) -> TensorAssert.assertThat(data)
                .as("%s, seed %d", name, SEED)
                .isClose(Objects.requireNonNull(expected.get(name)), 0));
    }

    /** The format that exporters of that time wrote. */
    private long irVersion() {
        return opset < 9 ? 3 : opset < 15 ? 6 : 8;
    }
}
