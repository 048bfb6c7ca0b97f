package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.FusionAssert.assertThat;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.MicrosoftOps.Norm;
import io.sinter.onnx.op.Ops;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnfusionTest {

    private static final int WIDTH = 6;

    private final TinyGraph graph = new TinyGraph();
    private final Ops ops = graph.ops();
    private final MicrosoftOps microsoft = new MicrosoftOps(ops);
    private final Value x = graph.activation("x", WIDTH);

    @Test
    void gelus_areWrittenOut() {
        Value biased = microsoft.biasGelu(x, graph.weight(WIDTH));
        graph.output(microsoft.fastGelu(microsoft.quickGelu(biased, 1.702f), graph.weight(WIDTH)), "y");
        assertThat(new Unfusion())
                .on(graph)
                .leaves(
                        "Add", "Div", "Erf", "Add", "Mul", "Mul", "Mul", "Sigmoid", "Mul", "Add", "Mul", "Mul", "Mul",
                        "Add", "Mul", "Mul", "Tanh", "Add", "Mul");
    }

    @Test
    void residual_isSumAndNorm() {
        Value skip = graph.activation("skip", WIDTH);
        Norm norm = new Norm(graph.weight(WIDTH), graph.weight(WIDTH), 1e-5f);
        graph.output(
                microsoft
                        .skipLayerNormalization(x, skip, graph.weight(WIDTH), norm)
                        .output(),
                "y");
        assertThat(new Unfusion()).on(graph).leaves("Add", "Add", "LayerNormalization");
    }

    @Test
    void fusedMatMul_isTransposedAndScaled() {
        Map<String, Attribute> attributes = Map.of("transB", Attribute.of(1), "alpha", Attribute.of(0.5f));
        graph.output(one("FusedMatMul", List.of(x, graph.weight(3, WIDTH)), attributes), "y");
        assertThat(new Unfusion()).on(graph).leaves("Transpose", "MatMul", "Mul");
    }

    @Test
    void fusedGemm_isGemmAndActivation() {
        Value rows = ops.reshape(x, -1, WIDTH);
        Map<String, Attribute> attributes = Map.of("transB", Attribute.of(1), "activation", Attribute.of("Tanh"));
        graph.output(one("FusedGemm", List.of(rows, graph.weight(3, WIDTH), graph.weight(3)), attributes), "y");
        assertThat(new Unfusion()).on(graph).leaves("Reshape", "Gemm", "Tanh");
    }

    @Test
    void operator_withoutAFormula_isRefused() {
        Norm norm = new Norm(graph.weight(WIDTH), null, 1e-6f);
        graph.output(
                microsoft
                        .skipSimplifiedLayerNormalization(x, graph.activation("skip", WIDTH), null, norm)
                        .output(),
                "y");
        assertThat(new Unfusion()).on(graph).refuses("is not known");
    }

    private Value one(String opType, List<Value> inputs, Map<String, Attribute> attributes) {
        return ops.emit(MicrosoftOps.DOMAIN, opType, inputs, attributes, Collections.singletonList(null))
                .getFirst();
    }
}
