package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.FusionAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RotaryFusionTest {

    private static final long HALF = TinyAttention.WIDTH / 2;

    private final TinyGraph graph = new TinyGraph();
    private final Ops ops = graph.ops();
    private final TinyAttention attention = new TinyAttention(graph);
    private final Value x = graph.activation("x", 8);

    @Test
    void heads_turnedByTheirPosition_areFused() {
        Value heads = attention.heads(x, 0, 2, 1, 3);
        graph.output(rotated(heads, half(heads, 0), half(heads, HALF), angles()), "y");
        FusionAssert.Outcome outcome = assertThat(new RotaryFusion()).on(graph);
        assertThat(outcome.count().fused()).hasSize(1);
        assertThat(outcome.node("RotaryEmbedding").intAttribute("num_heads", 0)).isEqualTo(TinyAttention.HEADS);
    }

    @Test
    void halves_theOtherWayRound_areRefused() {
        Value heads = attention.heads(x, 0, 2, 1, 3);
        graph.output(rotated(heads, half(heads, HALF), half(heads, 0), angles()), "y");
        assertThat(new RotaryFusion()).on(graph).refuses("not the two halves");
    }

    @Test
    void anglesOfEachText_areRefused() {
        Value heads = attention.heads(x, 0, 2, 1, 3);
        Value positions = ops.cast(graph.paddingMask("positions"), DType.FLOAT);
        Value each = ops.mul(ops.unsqueeze(positions, 2), graph.weight(1, 1, HALF));
        graph.output(rotated(heads, half(heads, 0), half(heads, HALF), each), "y");
        assertThat(new RotaryFusion()).on(graph).refuses("the same in all texts");
    }

    private Value rotated(Value heads, Value first, Value second, Value angles) {
        Value both = ops.concat(-1, List.of(angles, angles));
        Value cos = ops.unsqueeze(ops.apply("Cos", List.of(both), Map.of()), 1);
        Value sin = ops.unsqueeze(ops.apply("Sin", List.of(both), Map.of()), 1);
        Value turned = ops.concat(-1, List.of(ops.neg(second), first));
        return ops.add(ops.mul(heads, cos), ops.mul(turned, sin));
    }

    private Value half(Value heads, long from) {
        return ops.slice(heads, vector(from), vector(from == 0 ? HALF : Long.MAX_VALUE), vector(3), vector(1));
    }

    /** {@code [1, S, d/2]}. */
    private Value angles() {
        Value length = ops.apply("Shape", List.of(x), Map.of("start", Attribute.of(1), "end", Attribute.of(2)));
        Value positions = ops.apply(
                "Range",
                List.of(
                        ops.constant(TensorData.scalar(0L)),
                        ops.squeeze(length, 0),
                        ops.constant(TensorData.scalar(1L))),
                Map.of());
        return ops.mul(ops.unsqueeze(ops.cast(positions, DType.FLOAT), 0, 2), graph.weight(1, 1, HALF));
    }

    private Value vector(long number) {
        return ops.constant(TensorData.vector(number));
    }
}
