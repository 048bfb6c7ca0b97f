package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.FusionAssert.assertThat;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.Ops;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeluFusionTest {

    private final TinyGraph graph = new TinyGraph();
    private final Ops ops = graph.ops();
    private final Value x = graph.activation("x", 4);

    @ParameterizedTest
    @ValueSource(strings = {"(x·cdf)·½", "x·(cdf·½)", "(½·x)·cdf"})
    void erf_inAnyOrder_isGelu(String order) {
        Value cdf = ops.add(graph.scalar(1), ops.erf(ops.div(x, graph.scalar(Math.sqrt(2)))));
        graph.output(half(order, cdf), "y");
        assertThat(new GeluFusion()).on(graph).leaves("Gelu");
    }

    @Test
    void erf_ofAProduct_isGelu() {
        Value cdf = ops.add(ops.erf(ops.mul(graph.scalar(0.70710678), x)), graph.scalar(1));
        graph.output(half("(x·cdf)·½", cdf), "y");
        assertThat(new GeluFusion()).on(graph).leaves("Gelu");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pow", "products"})
    void tanh_ofACube_isFastGelu(String cube) {
        Value cubed = cube.equals("pow") ? ops.pow(x, graph.scalar(3)) : ops.mul(ops.mul(x, x), x);
        Value inner = ops.add(x, ops.mul(graph.scalar(0.044715), cubed));
        Value cdf = ops.add(ops.tanh(ops.mul(inner, graph.scalar(Math.sqrt(2 / Math.PI)))), graph.scalar(1));
        graph.output(half("(½·x)·cdf", cdf), "y");
        assertThat(new GeluFusion()).on(graph).leaves("FastGelu");
    }

    @Test
    void sigmoid_scaled_isQuickGelu() {
        graph.output(ops.mul(x, ops.sigmoid(ops.mul(x, graph.scalar(1.702)))), "y");
        assertThat(new GeluFusion()).on(graph).leaves("QuickGelu");
    }

    @Test
    void sigmoid_ofItself_isQuickGeluWithAlpha1() {
        graph.output(ops.mul(ops.sigmoid(x), x), "y");
        assertThat(new GeluFusion()).on(graph).leaves("QuickGelu");
    }

    @Test
    void erf_withAnotherFactor_isRefused() {
        Value cdf = ops.add(graph.scalar(1), ops.erf(ops.div(x, graph.scalar(2))));
        graph.output(half("(x·cdf)·½", cdf), "y");
        assertThat(new GeluFusion()).on(graph).refuses("no GELU");
    }

    @Test
    void cdf_ofAnotherActivation_isRefused() {
        Value other = graph.activation("other", 4);
        Value cdf = ops.add(graph.scalar(1), ops.erf(ops.div(other, graph.scalar(Math.sqrt(2)))));
        graph.output(half("(x·cdf)·½", cdf), "y");
        assertThat(new GeluFusion()).on(graph).refuses("no GELU");
    }

    @Test
    void tanhAndGates_areNoCandidates() {
        Value other = graph.activation("other", 4);
        graph.output(ops.add(ops.tanh(x), ops.mul(other, ops.sigmoid(x))), "y");
        assertThat(new GeluFusion()).on(graph).doesNotFire();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bias_beforeGelu_isTakenIn(boolean tanh) {
        MicrosoftOps microsoft = new MicrosoftOps(ops);
        Value sum = ops.add(graph.weight(4), x);
        graph.output(tanh ? microsoft.fastGelu(sum, null) : microsoft.gelu(sum), "y");
        assertThat(new BiasGeluFusion()).on(graph).leaves(tanh ? "FastGelu" : "BiasGelu");
    }

    @Test
    void bias_ofAnotherShape_isRefused() {
        graph.output(new MicrosoftOps(ops).gelu(ops.add(x, graph.weight(TinyGraph.SEQUENCE, 4))), "y");
        assertThat(new BiasGeluFusion()).on(graph).refuses("has shape [5, 4]");
    }

    private Value half(String order, Value cdf) {
        return switch (order) {
            case "(x·cdf)·½" -> ops.mul(ops.mul(x, cdf), graph.scalar(0.5));
            case "x·(cdf·½)" -> ops.mul(x, ops.mul(cdf, graph.scalar(0.5)));
            default -> ops.mul(ops.mul(graph.scalar(0.5), x), cdf);
        };
    }
}
