package io.sinter.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.sinter.error.IncompatibleException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphMergeTest {

    private static final String BOTH =
            "merge_method: linear\nmodels: [{model: a.onnx}, {model: b.onnx}]\nparameters: {weight: 1}\n";

    @TempDir
    private Path folder;

    private TinyCheckpoints tiny;

    @BeforeEach
    void setUp() {
        tiny = new TinyCheckpoints(folder);
    }

    /** How an exporter writes {@code relu(x · weight + bias) · gain}. */
    private record Exporter(String weightName, boolean biasFirst, boolean gainAsNode, String activation) {}

    private static final Exporter FIRST = new Exporter("onnx::MatMul_12", false, false, "Relu");

    private void write(String file, Exporter exporter, float scale) {
        Graph graph = new Graph("g");
        Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(new Dim.Symbol("n"), Dim.of(2))));
        Value weight = graph.addInitializer(
                exporter.weightName, TensorData.of(List.of(2L, 2L), scale, 2 * scale, 3 * scale, 4 * scale));
        Value bias = graph.addInitializer("dense.bias", TensorData.vector(5 * scale, 6 * scale));
        Value product = node(graph, "MatMul", "/layers.0/dense/MatMul", x, weight);
        Value sum = exporter.biasFirst
                ? node(graph, "Add", "add", bias, product)
                : node(graph, "Add", "add", product, bias);
        Value active = node(graph, exporter.activation, "act", sum);
        TensorData gain = TensorData.vector(7 * scale, 8 * scale);
        Value factor = exporter.gainAsNode
                ? graph.addNode(
                                new Node("", "Constant", List.of(), Map.of("value", new Attribute.Tensor(gain))),
                                List.of("gain_value"))
                        .output()
                : graph.addInitializer("gain", gain);
        Value scaled = node(graph, "Mul", "mul", active, factor);
        graph.rename(scaled, "y");
        graph.addOutput(scaled);
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        OnnxWriter.write(model, folder.resolve(file), WriteOptions.DEFAULT);
    }

    private static Value node(Graph graph, String op, String name, Value... inputs) {
        Node node = new Node("", op, List.of(inputs), Map.of());
        node.setName(name);
        return graph.addNode(node, List.of(name + "_out")).output();
    }

    private float[] merged(String name) {
        Graph graph = OnnxReader.read(folder.resolve("out/model.onnx")).graph();
        Value value = Objects.requireNonNull(graph.value(name), name);
        return TinyCheckpoints.floats(Objects.requireNonNull(value.initializer(), name));
    }

    @Test
    void weights_ofGraphsWithOtherNames_areMatchedByTheirPlaces() throws IOException {
        write("a.onnx", FIRST, 1);
        write("b.onnx", new Exporter("onnx::MatMul_99", true, true, "Relu"), 3);
        CheckpointReport report = tiny.merge(BOTH);
        assertThat(merged("onnx::MatMul_12")).containsExactly(new float[] {2, 4, 6, 8}, offset(1e-6f));
        assertThat(merged("dense.bias")).containsExactly(new float[] {10, 12}, offset(1e-6f));
        assertThat(merged("gain")).containsExactly(new float[] {14, 16}, offset(1e-6f));
        assertThat(report.layers()).containsKey("layers.0");
        try (var files = Files.list(folder.resolve("out"))) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("model.onnx", "README.md", "sinter.json");
        }
    }

    @Test
    void filters_ofGraphs_readTheNamesOfNodes() {
        write("a.onnx", FIRST, 1);
        write("b.onnx", new Exporter("onnx::MatMul_99", false, false, "Relu"), 3);
        tiny.merge("""
                merge_method: linear
                models:
                  - {model: a.onnx, parameters: {weight: [{filter: layers.0.dense.weight, value: 1}, 0]}}
                  - {model: b.onnx, parameters: {weight: [{filter: layers.0.dense.weight, value: 0}, 1]}}
                """);
        assertThat(merged("onnx::MatMul_12")).containsExactly(1, 2, 3, 4);
        assertThat(merged("dense.bias")).containsExactly(15, 18);
    }

    @Test
    void documents_ofGraphs_takeEachOther() {
        write("a.onnx", FIRST, 1);
        write("b.onnx", new Exporter("onnx::MatMul_99", true, false, "Relu"), 3);
        tiny.merge("name: half\n" + BOTH
                + "---\nmerge_method: linear\nmodels: [{model: b.onnx}, {model: half}]\nparameters: {weight: 1}");
        assertThat(merged("onnx::MatMul_99")).containsExactly(new float[] {2.5f, 5, 7.5f, 10}, offset(1e-6f));
    }

    @Test
    void graphs_thatDiffer_areRefusedWithThePlace() {
        write("a.onnx", FIRST, 1);
        write("b.onnx", new Exporter("w", false, false, "Tanh"), 3);
        assertThatThrownBy(() -> tiny.plan(BOTH))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining(
                        "a.onnx and b.onnx are not the same graph with other weights: Relu \"act\" beside Tanh");
    }

    @Test
    void graph_besideCheckpoint_isRefused() {
        write("a.onnx", FIRST, 1);
        tiny.model("b", 2);
        assertThatThrownBy(() -> tiny.plan(
                        "merge_method: linear\nmodels: [{model: a.onnx}, {model: b}]\nparameters: {weight: 1}"))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("a.onnx is an .onnx graph and b a checkpoint");
    }

    @Test
    void graph_withQuantizedWeights_isRefused() {
        Graph graph = new Graph("g");
        Value x = graph.addInput("x", new TensorType(DType.INT64, Shape.of(Dim.of(1))));
        Value table = graph.addInitializer(
                "table", new TensorData(DType.INT8, List.of(4L), java.lang.foreign.MemorySegment.ofArray(new byte[4])));
        Value y = node(graph, "Gather", "gather", table, x);
        graph.addOutput(y);
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        OnnxWriter.write(model, folder.resolve("a.onnx"), WriteOptions.DEFAULT);
        assertThatThrownBy(() -> tiny.plan("merge_method: linear\nmodels: [{model: a.onnx}]\nparameters: {weight: 1}"))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("quantised weights cannot be merged");
    }
}
