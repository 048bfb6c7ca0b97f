package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.FusionAssert.assertThat;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerNormFusionTest {

    private static final int WIDTH = 8;

    private final TinyGraph graph = new TinyGraph();
    private final Ops ops = graph.ops();
    private final Value x = graph.activation("x", WIDTH);

    @Test
    void norm_squaredByPow_isFused() {
        Value centred = centred(-1);
        Value normal = ops.div(centred, deviation(ops.pow(centred, graph.scalar(2))));
        graph.output(ops.add(ops.mul(normal, graph.weight(WIDTH)), graph.weight(WIDTH)), "y");
        assertThat(new LayerNormFusion()).on(graph).leaves("LayerNormalization");
    }

    @Test
    void norm_withSquareReciprocalAndSwappedOperands_isFused() {
        Value centred = centred(2);
        Value inverse = ops.apply("Reciprocal", List.of(deviation(ops.mul(centred, centred))), Map.of());
        Value scaled = ops.mul(graph.weight(WIDTH), ops.mul(inverse, centred));
        graph.output(ops.add(graph.weight(WIDTH), scaled), "y");
        assertThat(new LayerNormFusion()).on(graph).leaves("LayerNormalization");
    }

    @Test
    void norm_centredTwice_isFused() {
        Value normal = ops.div(centred(-1), deviation(ops.pow(centred(-1), graph.scalar(2))));
        graph.output(ops.add(ops.mul(normal, graph.weight(WIDTH)), graph.weight(WIDTH)), "y");
        assertThat(new LayerNormFusion()).on(graph).leaves("LayerNormalization");
    }

    @Test
    void norm_withoutShift_isFused() {
        Value centred = centred(-1);
        Value normal = ops.div(centred, deviation(ops.pow(centred, graph.scalar(2))));
        graph.output(ops.mul(normal, graph.weight(WIDTH)), "y");
        assertThat(new LayerNormFusion()).on(graph).leaves("LayerNormalization");
    }

    @Test
    void norm_withoutScale_isFusedWithOnes() {
        Value centred = centred(-1);
        graph.output(ops.div(centred, deviation(ops.pow(centred, graph.scalar(2)))), "y");
        assertThat(new LayerNormFusion()).on(graph).leaves("LayerNormalization");
    }

    @Test
    void norm_overTheSequence_isRefused() {
        Value centred = centred(1);
        Value variance = ops.reduceMean(ops.pow(centred, graph.scalar(2)), List.of(1L), KeepDims.KEEP);
        graph.output(ops.div(centred, ops.sqrt(ops.add(variance, graph.scalar(1e-5)))), "y");
        assertThat(new LayerNormFusion()).on(graph).refuses("no norm over the last axis");
    }

    @Test
    void scale_ofAnotherShape_staysAProduct() {
        Value centred = centred(-1);
        Value normal = ops.div(centred, deviation(ops.pow(centred, graph.scalar(2))));
        graph.output(ops.mul(normal, graph.weight(TinyGraph.SEQUENCE, 1)), "y");
        assertThat(new LayerNormFusion()).on(graph).leaves("LayerNormalization", "Mul");
    }

    @Test
    void rootMeanSquare_isNoLayerNorm() {
        rootMeanSquare();
        assertThat(new LayerNormFusion()).on(graph).doesNotFire();
    }

    @Test
    void rootMeanSquare_isSimplified() {
        rootMeanSquare();
        assertThat(new RmsNormFusion()).on(graph).leaves("SimplifiedLayerNormalization");
    }

    @Test
    void layerNorm_isNoRootMeanSquare() {
        Value centred = centred(-1);
        graph.output(ops.div(centred, deviation(ops.pow(centred, graph.scalar(2)))), "y");
        assertThat(new RmsNormFusion()).on(graph).doesNotFire();
    }

    private void rootMeanSquare() {
        Value mean = ops.reduceMean(ops.pow(x, graph.scalar(2)), List.of(-1L), KeepDims.KEEP);
        Value inverse = ops.div(graph.scalar(1), ops.sqrt(ops.add(mean, graph.scalar(1e-6))));
        graph.output(ops.mul(graph.weight(WIDTH), ops.mul(x, inverse)), "y");
    }

    private Value centred(long axis) {
        return ops.sub(x, ops.reduceMean(x, List.of(axis), KeepDims.KEEP));
    }

    private Value deviation(Value square) {
        return ops.sqrt(ops.add(ops.reduceMean(square, List.of(-1L), KeepDims.KEEP), graph.scalar(1e-5)));
    }
}
