package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.FusionAssert.assertThat;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.MicrosoftOps.Norm;
import io.sinter.onnx.op.Ops;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class SkipLayerNormFusionTest {

    private static final int WIDTH = 8;

    private final TinyGraph graph = new TinyGraph();
    private final Ops ops = graph.ops();
    private final Value x = graph.activation("x", WIDTH);
    private final Value skip = graph.activation("skip", WIDTH);

    @Test
    void residual_withBias_isFused() {
        Value projected = ops.add(ops.matMul(x, graph.weight(WIDTH, WIDTH)), graph.weight(WIDTH));
        graph.output(norm(ops.add(skip, projected)), "y");
        FusionAssert.Outcome outcome =
                assertThat(new SkipLayerNormFusion()).on(graph).leaves("MatMul", "SkipLayerNormalization");
        Assertions.assertThat(outcome.node("SkipLayerNormalization").inputs()).hasSize(5);
        Assertions.assertThat(outcome.node("SkipLayerNormalization").outputs()).hasSize(1);
    }

    @Test
    void residual_ofARootMeanSquare_isFused() {
        Value sum = ops.add(x, skip);
        Norm norm = new Norm(graph.weight(WIDTH), null, 1e-6f);
        graph.output(new MicrosoftOps(ops).simplifiedLayerNormalization(sum, norm), "y");
        graph.output(ops.relu(sum), "sum");
        assertThat(new SkipRmsNormFusion()).on(graph).leaves("SkipSimplifiedLayerNormalization", "Relu");
    }

    @Test
    void bias_readElsewhere_staysASum() {
        Value projected = ops.add(x, graph.weight(WIDTH));
        graph.output(projected, "projected");
        graph.output(norm(ops.add(projected, skip)), "y");
        assertThat(new SkipLayerNormFusion()).on(graph).leaves("Add", "SkipLayerNormalization");
    }

    @Test
    void sum_readElsewhere_isHandedOut() {
        Value sum = ops.add(x, skip);
        graph.output(ops.add(sum, ops.relu(norm(sum))), "y");
        FusionAssert.Outcome outcome =
                assertThat(new SkipLayerNormFusion()).on(graph).leaves("SkipLayerNormalization", "Relu", "Add");
        Assertions.assertThat(outcome.node("SkipLayerNormalization").outputs()).hasSize(4);
    }

    @Test
    void sum_thatIsAnOutput_keepsItsName() {
        Value sum = graph.output(ops.add(x, skip), "sum");
        graph.output(norm(sum), "y");
        assertThat(new SkipLayerNormFusion()).on(graph).leaves("SkipLayerNormalization");
    }

    @Test
    void term_thatIsBroadcast_isRefused() {
        Value mean = ops.reduceMean(skip, List.of(1L), KeepDims.KEEP);
        graph.output(norm(ops.add(x, mean)), "y");
        assertThat(new SkipLayerNormFusion()).on(graph).refuses("is broadcast to");
    }

    @Test
    void normOfOneActivation_isNoCandidate() {
        graph.output(norm(ops.add(x, graph.weight(WIDTH))), "y");
        assertThat(new SkipLayerNormFusion()).on(graph).doesNotFire();
    }

    private Value norm(Value value) {
        return ops.layerNormalization(value, graph.weight(WIDTH), graph.weight(WIDTH), -1, 1e-5f);
    }
}
