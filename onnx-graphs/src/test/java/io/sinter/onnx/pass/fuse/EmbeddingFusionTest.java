package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.FusionAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddingFusionTest {

    private static final int WIDTH = 8;

    private final TinyGraph graph = new TinyGraph();
    private final Ops ops = graph.ops();
    private final Value ids = graph.integers("ids", 3, 9, 1, 0, 0, 7, 2, 5, 5, 8, 1, 4, 6, 2, 3);
    private final Value words = ops.gather(graph.weight(10, WIDTH), ids, 0);

    @Test
    void wordsPositionsAndTypes_areFused() {
        Value types = graph.integers("types", 0, 0, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0);
        Value typeRows = ops.gather(graph.weight(2, WIDTH), types, 0);
        output(ops.add(ops.add(words, typeRows), counted(0)));
        Node node = fused("Cast", "Cast", "EmbedLayerNormalization");
        assertThat(node.inputs()).hasSize(7);
        assertThat(node.outputs()).hasSize(1);
    }

    @Test
    void positions_thatStartLater_areASliceOfTheTable() {
        output(ops.add(counted(2), words));
        assertThat(fused("Cast", "EmbedLayerNormalization").inputs()).hasSize(7);
    }

    @Test
    void positions_thatAreComputed_areHandedOver() {
        Value tokens = ops.cast(ops.not(ops.equal(ids, ops.constant(TensorData.scalar(0L)))), DType.INT64);
        Value positions = ops.apply("CumSum", List.of(tokens, ops.constant(TensorData.scalar(1L))), Map.of());
        output(ops.add(words, ops.gather(graph.weight(9, WIDTH), positions, 0)));
        Node node = assertThat(new EmbeddingFusion()).on(graph).node("EmbedLayerNormalization");
        assertThat(node.input(8)).isNotNull();
    }

    @Test
    void row_readEverywhere_isAddedToThePositions() {
        Value zeros = ops.expand(ops.constant(TensorData.of(List.of(1L, 1L), 0L)), ops.shape(ids));
        Value row = ops.gather(graph.weight(2, WIDTH), zeros, 0);
        output(ops.add(ops.add(words, row), counted(0)));
        assertThat(fused("Cast", "EmbedLayerNormalization").input(4)).isNull();
    }

    @Test
    void row_thatIsAConstant_isAddedToThePositions() {
        output(ops.add(ops.add(words, graph.weight(WIDTH)), counted(0)));
        assertThat(fused("Cast", "EmbedLayerNormalization").input(4)).isNull();
    }

    @Test
    void sum_readElsewhere_isNoCandidate() {
        Value sum = ops.add(words, counted(0));
        output(sum);
        graph.output(ops.relu(sum), "sum");
        assertThat(new EmbeddingFusion()).on(graph).doesNotFire();
    }

    @Test
    void words_withoutPositions_areRefused() {
        Value zeros = ops.expand(ops.constant(TensorData.of(List.of(1L, 1L), 0L)), ops.shape(ids));
        output(ops.add(words, ops.gather(graph.weight(2, WIDTH), zeros, 0)));
        assertThat(new EmbeddingFusion()).on(graph).refuses("2 tables are added");
    }

    @Test
    void norm_withoutShift_isRefused() {
        graph.output(ops.layerNormalization(ops.add(words, counted(0)), graph.weight(WIDTH), null, -1, 1e-5f), "y");
        assertThat(new EmbeddingFusion()).on(graph).refuses("no shift");
    }

    @Test
    void sum_withAnActivation_isNoCandidate() {
        output(ops.add(words, graph.activation("x", WIDTH)));
        assertThat(new EmbeddingFusion()).on(graph).doesNotFire();
    }

    /** Rows from the given one on, one for each position: a table of indices is cut to the sequence, as exporters do. */
    private Value counted(long from) {
        Value all = ops.constant(
                "position_ids",
                TensorData.of(
                        List.of(1L, 8L), from, from + 1, from + 2, from + 3, from + 4, from + 5, from + 6, from + 7));
        Value end = ops.slice(ops.shape(ids), vector(1), vector(2), vector(0), vector(1));
        Value places = ops.apply("Slice", List.of(all, vector(0), end, vector(1)), Map.of());
        return ops.gather(graph.weight(12, WIDTH), places, 0);
    }

    private Value vector(long number) {
        return ops.constant(TensorData.vector(number));
    }

    private void output(Value sum) {
        graph.output(ops.layerNormalization(sum, graph.weight(WIDTH), graph.weight(WIDTH), -1, 1e-5f), "y");
    }

    private Node fused(String... operators) {
        return assertThat(new EmbeddingFusion()).on(graph).leaves(operators).node("EmbedLayerNormalization");
    }
}
