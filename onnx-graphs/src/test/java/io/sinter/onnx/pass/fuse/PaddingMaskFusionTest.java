package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.FusionAssert.assertThat;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaddingMaskFusionTest {

    private final TinyGraph graph = new TinyGraph();
    private final Ops ops = graph.ops();
    private final TinyAttention attention = new TinyAttention(graph);
    private final Value x = graph.activation("x", 8);

    @ParameterizedTest
    @ValueSource(doubles = {-Float.MAX_VALUE, Double.NEGATIVE_INFINITY})
    void maskWithShapeArithmetic_becomesAFewNodes(double filter) {
        Value shown = ops.cast(ops.unsqueeze(graph.paddingMask("mask"), 1, 2), DType.BOOL);
        Value all = ops.constant(TensorData.vector(1L));
        Value square = ops.expand(shown, ops.concat(0, List.of(all, all, extent(1), all)));
        Value bias = ops.where(square, graph.scalar(0), graph.scalar(filter));
        graph.output(attention.of(x, scores -> ops.add(scores, bias)), "y");
        FusionAssert.Outcome outcome = assertThat(new PaddingMaskFusion()).on(graph);
        Assertions.assertThat(outcome.count().fused()).hasSize(1);
        Assertions.assertThat(outcome.model().graph().nodes())
                .extracting(node -> node.opType())
                .doesNotContain("Expand");
    }

    @Test
    void simpleMask_isNoCandidate() {
        Value mask = attention.additive(graph.paddingMask("mask"), -10_000);
        graph.output(attention.of(x, scores -> ops.add(scores, mask)), "y");
        assertThat(new PaddingMaskFusion()).on(graph).doesNotFire();
    }

    @Test
    void biasThatDependsOnDistance_isRefused() {
        Value range = ops.apply(
                "Range",
                List.of(
                        ops.constant(TensorData.scalar(0L)),
                        ops.squeeze(extent(1), 0),
                        ops.constant(TensorData.scalar(1L))),
                Map.of());
        Value distance = ops.sub(ops.unsqueeze(range, 0), ops.unsqueeze(range, 1));
        Value bias = ops.unsqueeze(ops.cast(distance, DType.FLOAT), 0, 1);
        graph.output(attention.of(x, scores -> ops.add(scores, bias)), "y");
        assertThat(new PaddingMaskFusion()).on(graph).refuses("it says more than which keys are padding");
    }

    private Value extent(long axis) {
        return ops.apply("Shape", List.of(x), Map.of("start", Attribute.of(axis), "end", Attribute.of(axis + 1)));
    }
}
