package io.sinter.onnx.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.Ort;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule against central differences, through ONNX Runtime; and what is differentiated at all. */
class GradientsTest {

    private final Graph graph = new Graph("test");
    private final Ops ops = new Ops(graph, 17);

    static List<GradientCase> cases() {
        return GradientCases.all();
    }

    /**
     * The extents of pixels must be known, and ONNX Runtime's ReduceSum over no axes makes one number of a tensor without
     * elements.
     */
    static List<GradientCase> casesOfAnyExtents() {
        return cases().stream()
                .filter(c -> !c.name().startsWith("Conv") && !c.name().equals("Slice of nothing"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradient_ofKnownExtents_isTheCentralDifference(GradientCase test) throws OrtException {
        CentralDifferences.check(test, 17, CentralDifferences.Knowledge.EXTENTS);
    }

    @ParameterizedTest
    @MethodSource("casesOfAnyExtents")
    void gradient_ofUnknownExtents_isTheCentralDifference(GradientCase test) throws OrtException {
        CentralDifferences.check(test, 20, CentralDifferences.Knowledge.RANK);
    }

    @ParameterizedTest
    @MethodSource("gelus")
    void gradient_ofGelu_isTheCentralDifference(GradientCase test) throws OrtException {
        CentralDifferences.check(test, 20, CentralDifferences.Knowledge.EXTENTS);
    }

    static List<GradientCase> gelus() {
        return List.of(gelu("none"), gelu("tanh"));
    }

    private static GradientCase gelu(String form) {
        Map<String, Attribute> attributes = Map.of("approximate", Attribute.of(form));
        return GradientCase.single(
                "Gelu, " + form, (o, x) -> o.apply("Gelu", x, attributes), GradientCase.Input.any(3, 5));
    }

    @Test
    void rule_ofEveryOperator_hasACase() {
        Set<String> covered = new HashSet<>(Set.of("Gelu"));
        for (GradientCase test : cases()) {
            Graph forward = new Graph("case");
            List<Value> inputs = test.inputs().stream()
                    .map(i -> forward.addInput(
                            forward.uniqueName("x"), new TensorType(test.dtype(), Shape.of(i.shape()))))
                    .toList();
            test.body().emit(new Ops(forward, 17), inputs);
            forward.nodes().stream().map(Node::opType).forEach(covered::add);
        }
        assertThat(covered).containsAll(Gradients.operators());
    }

    @Test
    void lookup_ofOneRowOften_addsUpEveryUse() {
        int uses = 40_000;
        long[] ids = new long[uses];
        Arrays.setAll(ids, i -> i % 3);
        Value table = graph.addInput("table", new TensorType(DType.FLOAT, Shape.of(5, 64)));
        Value rows = ops.gather(table, ops.constant(TensorData.vector(ids)), 0);
        float[] gradient = run(sum(rows), table, TensorData.allocate(DType.FLOAT, List.of(5L, 64L)));
        for (int i = 0; i < gradient.length; i++) {
            int row = i / 64;
            assertThat(gradient[i]).isEqualTo(row < 3 ? (uses + 2 - row) / 3 : 0);
        }
    }

    @Test
    void largest_reachedTwice_sharesItsGradient() {
        Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(4)));
        Value loss = ops.reduceMax(x, List.of(0L), KeepDims.DROP);
        assertThat(run(loss, x, TensorData.vector(1f, 7f, -3f, 7f))).containsExactly(0, 0.5f, 0, 0.5f);
    }

    @Test
    void norm_of0_hasGradient0() {
        Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(2)));
        Value loss = ops.reduceL2(x, List.of(0L), KeepDims.DROP);
        assertThat(run(loss, x, TensorData.vector(0f, 0f))).containsExactly(0, 0);
    }

    @Test
    void gradient_ofValueThatLossDoesNotRead_isZeroWithoutNodes() {
        Value used = graph.addInput("used", new TensorType(DType.FLOAT, Shape.of(2)));
        Value unused = graph.addInput("unused", new TensorType(DType.FLOAT, Shape.of(3, 2)));
        Value rounded = graph.addInput("rounded", new TensorType(DType.FLOAT, Shape.of(2)));
        Value whole = ops.cast(ops.cast(rounded, DType.INT64), DType.FLOAT);
        Value loss = sum(ops.mul(used, whole));
        assertThat(Gradients.of(ops, loss, List.of(unused, rounded)))
                .containsExactly(new Gradient.Zero(), new Gradient.Zero());
    }

    @Test
    void frozenPart_withoutRule_isNotLookedAt() {
        Value frozen = graph.addInput("frozen", new TensorType(DType.FLOAT, Shape.of(2, 2)));
        Value trained = graph.addInput("trained", new TensorType(DType.FLOAT, Shape.of(2)));
        Value odd = ops.apply("Det", List.of(frozen), Map.of());
        odd.setType(new TensorType(DType.FLOAT, Shape.of(List.of())));
        Value loss = sum(ops.mul(odd, trained));
        int before = graph.nodes().size();
        assertThat(Gradients.of(ops, loss, List.of(trained)).getFirst()).isInstanceOf(Gradient.Computed.class);
        assertThat(graph.nodes().stream().skip(before).map(Node::opType)).doesNotContain("Det");
    }

    @Test
    void operator_withoutRule_isNamedWithItsNode() {
        Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(2, 2)));
        Value det = ops.withPrefix("layer/").apply("Det", List.of(x), Map.of());
        det.setType(new TensorType(DType.FLOAT, Shape.of(List.of())));
        assertThatThrownBy(() -> Gradients.of(ops, det, List.of(x)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessage("Det \"layer/Det\": cannot be differentiated: there is no gradient rule for Det");
    }

    @Test
    void operator_ofAnotherDomain_isRefusedByName() {
        Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(3)));
        Value fused = ops.emit(
                        "com.microsoft", "QuickGelu", List.of(x), Map.of(), List.of(Objects.requireNonNull(x.type())))
                .getFirst();
        assertThatThrownBy(() -> Gradients.of(ops, sum(fused), List.of(x)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("com.microsoft.QuickGelu \"QuickGelu\"")
                .hasMessageContaining("write the graph in ONNX's own operators first");
    }

    @Test
    void subgraph_thatReadsATrainedValue_isRefusedByName() {
        Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(List.of())));
        Value condition = ops.greater(x, x);
        Graph branch = new Graph("branch", graph);
        branch.addOutput(new Ops(branch, 17).neg(x));
        Map<String, Attribute> branches =
                Map.of("then_branch", Attribute.of(branch), "else_branch", Attribute.of(branch));
        Value chosen = ops.emit("", "If", List.of(condition), branches, List.of(Objects.requireNonNull(x.type())))
                .getFirst();
        assertThatThrownBy(() -> Gradients.of(ops, chosen, List.of(x)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("If \"If\": cannot be differentiated: gradients do not flow into subgraphs");
    }

    @Test
    void loss_thatReadsStatisticsOfANorm_isRefused() {
        TensorType type = new TensorType(DType.FLOAT, Shape.of(2, 3));
        Value x = graph.addInput("x", type);
        Value scale = ops.constant("scale", TensorData.vector(1f, 2f, 3f));
        TensorType mean = new TensorType(DType.FLOAT, Shape.of(2, 1));
        List<Value> outputs = ops.emit("", "LayerNormalization", List.of(x, scale), Map.of(), List.of(type, mean));
        Value loss = sum(ops.add(outputs.get(0), outputs.get(1)));
        assertThatThrownBy(() -> Gradients.of(ops, loss, List.of(x)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("LayerNormalization")
                .hasMessageContaining("the loss depends on other outputs than its first");
    }

    @Test
    void loss_ofSeveralNumbers_isRefused() {
        Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(3)));
        assertThatThrownBy(() -> Gradients.of(ops, x, List.of(x)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected one floating-point number");
    }

    @Test
    void integers_haveNoGradient() {
        Value ids = graph.addInput("ids", new TensorType(DType.INT64, Shape.of(3)));
        Value loss = sum(ops.cast(ids, DType.FLOAT));
        assertThatThrownBy(() -> Gradients.of(ops, loss, List.of(ids)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ids");
    }

    private Value sum(Value x) {
        return ops.reduceSum(ops.reshape(x, -1), List.of(0L), KeepDims.DROP);
    }

    private float[] run(Value loss, Value wrt, TensorData at) {
        Value gradient = Gradients.of(ops, loss, List.of(wrt)).getFirst().asValue(ops, wrt);
        graph.addOutput(gradient);
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        return Objects.requireNonNull(Ort.run(model, Map.of(wrt.name(), at)).get(gradient.name()))
                .toFloatArray();
    }
}
