package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.FusionAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionFusionTest {

    private static final double LOWEST = -Float.MAX_VALUE;

    private final TinyGraph graph = new TinyGraph();
    private final Ops ops = graph.ops();
    private final TinyAttention attention = new TinyAttention(graph);
    private final Value x = graph.activation("x", 8);

    @Test
    void attention_withoutMask_isPacked() {
        graph.output(attention.of(x, scores -> scores), "y");
        Node node = fused("Attention");
        assertThat(node.inputs()).hasSize(3);
        assertThat(node.intAttribute("num_heads", 0)).isEqualTo(2);
        assertThat(node.attributes()).doesNotContainKey("scale");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-10_000, -Float.MAX_VALUE})
    void additiveMask_isThePaddingMask(double filter) {
        Value mask = attention.additive(graph.paddingMask("mask"), filter);
        graph.output(attention.of(x, scores -> ops.add(scores, mask)), "y");
        Node node = fused("Cast", "Attention");
        assertThat(node.floatAttribute("mask_filter_value", 0)).isEqualTo((float) filter);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-10_000, -Float.MAX_VALUE})
    void row_wholeOfPadding_staysAsTheGraphHasIt(double filter) {
        Value padding = graph.integers("mask", 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0);
        Value mask = attention.additive(padding, filter);
        graph.output(attention.of(x, scores -> ops.add(scores, mask)), "y");
        fused("Cast", "Attention");
    }

    @Test
    void fill_ofHiddenScores_isThePaddingMask() {
        Value shown = ops.cast(ops.unsqueeze(graph.paddingMask("mask"), 1, 2), DType.BOOL);
        Value lowest = graph.scalar(LOWEST);
        graph.output(attention.of(x, scores -> ops.where(ops.not(shown), lowest, scores)), "y");
        fused("Cast", "Attention");
    }

    @Test
    void infiniteFill_ofHiddenScores_isThePaddingMask() {
        Value shown = ops.cast(ops.unsqueeze(graph.paddingMask("mask"), 1, 2), DType.BOOL);
        Value lowest = graph.scalar(Double.NEGATIVE_INFINITY);
        graph.output(attention.of(x, scores -> ops.where(shown, scores, lowest)), "y");
        Node node = fused("Cast", "Attention");
        assertThat(node.floatAttribute("mask_filter_value", 0)).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @Test
    void guard_againstRowsWithoutKeys_staysBehindTheAttention() {
        Value padding = graph.integers("mask", 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0);
        Value shown = ops.cast(ops.unsqueeze(padding, 1, 2), DType.BOOL);
        Value bias = ops.where(shown, graph.scalar(0), graph.scalar(Double.NEGATIVE_INFINITY));
        Value weights = attention.weights(ops.add(ops.mul(scores(), graph.scalar(0.5)), bias));
        Value isNone = ops.apply("IsNaN", List.of(weights), Map.of());
        Value guarded = ops.where(isNone, graph.scalar(0), weights);
        graph.output(attention.joined(guarded, attention.heads(attention.projection(x), 0, 2, 1, 3)), "y");
        assertThat(new AttentionFusion()).on(graph).leaves("Cast", "Attention", "IsNaN", "Where");
    }

    @Test
    void guard_withAFiniteFilter_isNotNeeded() {
        Value mask = attention.additive(graph.paddingMask("mask"), LOWEST);
        Value weights = attention.weights(ops.add(ops.mul(scores(), graph.scalar(0.5)), mask));
        Value isNone = ops.apply("IsNaN", List.of(weights), Map.of());
        Value guarded = ops.where(isNone, graph.scalar(0), weights);
        graph.output(attention.joined(guarded, attention.heads(attention.projection(x), 0, 2, 1, 3)), "y");
        fused("Cast", "Attention");
    }

    @Test
    void scaledDotProductAttention_asPyTorchTracesIt_isFused() {
        Value queries = attention.heads(attention.projection(x), 0, 2, 1, 3);
        Value width = ops.apply("Shape", List.of(queries), Map.of("start", Attribute.of(3), "end", Attribute.of(4)));
        Value scale = ops.div(graph.scalar(1), ops.sqrt(ops.cast(width, DType.FLOAT)));
        Value keys = attention.heads(attention.projection(x), 0, 2, 3, 1);
        Value product = ops.matMul(ops.mul(queries, ops.sqrt(scale)), ops.mul(keys, ops.sqrt(scale)));
        Value shown = ops.expand(
                ops.cast(ops.unsqueeze(graph.paddingMask("mask"), 1, 2), DType.BOOL),
                ops.concat(0, List.of(vector(1), vector(1), extent(x, 1), vector(1))));
        Value bias = ops.where(shown, graph.scalar(0), graph.scalar(Double.NEGATIVE_INFINITY));
        Value weights = attention.weights(ops.add(product, bias));
        graph.output(attention.joined(weights, attention.heads(attention.projection(x), 0, 2, 1, 3)), "y");
        assertThat(fused("Cast", "Attention").attributes()).doesNotContainKey("scale");
    }

    @Test
    void fill_thatDoesNotHide_isRefused() {
        Value shown = ops.cast(ops.unsqueeze(graph.paddingMask("mask"), 1, 2), DType.BOOL);
        graph.output(attention.of(x, scores -> ops.where(shown, scores, graph.scalar(-5))), "y");
        refused("not filled with a lowest number");
    }

    @Test
    void maskGatheredFromTheFlattenedMask_isThePaddingMask() {
        Value mask = ops.cast(graph.paddingMask("mask"), DType.BOOL);
        Value rows = ops.unsqueeze(range(extent(x, 0)), 1, 2, 3);
        Value columns = ops.unsqueeze(range(extent(mask, 1)), 0, 1, 2);
        Value places = ops.add(columns, ops.mul(rows, extent(mask, 1)));
        Value flat = ops.apply("Flatten", List.of(mask), Map.of("axis", Attribute.of(2)));
        Value gathered = ops.reshape(ops.reshape(ops.gather(flat, places, 0), -1), ops.shape(places));
        Value bias = ops.where(gathered, graph.scalar(0), graph.scalar(LOWEST));
        graph.output(attention.of(x, scores -> ops.add(scores, bias)), "y");
        fused("Cast", "Attention");
    }

    @Test
    void causalMask_isADirection() {
        Value positions = range(extent(x, 1));
        Value past =
                ops.apply("LessOrEqual", List.of(ops.unsqueeze(positions, 0), ops.unsqueeze(positions, 1)), Map.of());
        Value shown = ops.and(past, ops.cast(ops.unsqueeze(graph.paddingMask("mask"), 1, 2), DType.BOOL));
        Value bias = ops.where(shown, graph.scalar(0), graph.scalar(LOWEST));
        graph.output(attention.of(x, scores -> ops.add(scores, bias)), "y");
        Node node = fused("Cast", "Attention");
        assertThat(node.intAttribute("unidirectional", 0)).isEqualTo(1);
    }

    @Test
    void biasOfPositions_isHandedOver() {
        Value bias = graph.weight(1, TinyAttention.HEADS, TinyGraph.SEQUENCE, TinyGraph.SEQUENCE);
        graph.output(attention.of(x, scores -> ops.add(scores, bias)), "y");
        assertThat(fused("Attention").inputs().get(5)).isNotNull();
    }

    @Test
    void maskOfOtherNumbers_isHandedOver() {
        Value soft = ops.unsqueeze(ops.cast(graph.paddingMask("mask"), DType.FLOAT), 1, 2);
        graph.output(attention.of(x, scores -> ops.add(scores, soft)), "y");
        Node node = assertThat(new AttentionFusion()).on(graph).node("Attention");
        assertThat(node.input(3)).isNull();
        assertThat(node.input(5)).isNotNull();
    }

    @Test
    void maskAndBias_areHandedOverAsTheirSum() {
        Value bias = graph.weight(TinyAttention.HEADS, TinyGraph.SEQUENCE, TinyGraph.SEQUENCE);
        Value mask = attention.additive(graph.paddingMask("mask"), LOWEST);
        graph.output(attention.of(x, scores -> ops.add(ops.add(scores, bias), mask)), "y");
        Node node = assertThat(new AttentionFusion()).on(graph).node("Attention");
        assertThat(node.input(3)).isNull();
        assertThat(node.input(5)).isNotNull();
    }

    @Test
    void scale_onQueriesAndKeys_isOne() {
        Value root = graph.scalar(Math.sqrt(0.3));
        Value queries = ops.mul(attention.heads(attention.projection(x), 0, 2, 1, 3), root);
        Value keys = ops.mul(attention.heads(attention.projection(x), 0, 2, 1, 3), root);
        Value weights = attention.weights(ops.matMul(queries, ops.transpose(keys, 0, 1, 3, 2)));
        graph.output(attention.joined(weights, attention.heads(attention.projection(x), 0, 2, 1, 3)), "y");
        assertThat(fused("Attention").floatAttribute("scale", 0)).isEqualTo(0.3f, offset());
    }

    @Test
    void attention_toAnotherInput_isMultiHead() {
        Value memory = graph.activation("memory", 8);
        Value queries = attention.heads(attention.projection(x), 0, 2, 1, 3);
        Value keys = attention.heads(attention.projection(memory), 0, 2, 3, 1);
        Value scores = ops.mul(ops.matMul(queries, keys), graph.scalar(0.5));
        Value values = attention.heads(attention.projection(memory), 0, 2, 1, 3);
        graph.output(attention.joined(attention.weights(scores), values), "y");
        fused("MatMul", "Add", "MatMul", "Add", "MatMul", "Add", "MultiHeadAttention");
    }

    @Test
    void projection_thatIsPackedAlready_isTaken() {
        Value packed = ops.add(ops.matMul(x, graph.weight(8, 24)), graph.weight(24));
        List<Value> parts = ops.split(packed, -1, 8, 8, 8);
        Value product =
                ops.matMul(attention.heads(parts.get(0), 0, 2, 1, 3), attention.heads(parts.get(1), 0, 2, 3, 1));
        Value weights = attention.weights(ops.mul(product, graph.scalar(0.5)));
        graph.output(attention.joined(weights, attention.heads(parts.get(2), 0, 2, 1, 3)), "y");
        fused("Attention");
    }

    @Test
    void scale_beforeTheSplitIntoHeads_isTaken() {
        Value queries = attention.heads(ops.mul(attention.projection(x), graph.scalar(0.5)), 0, 2, 1, 3);
        Value product = ops.matMul(queries, attention.heads(attention.projection(x), 0, 2, 3, 1));
        Value values = attention.heads(attention.projection(x), 0, 2, 1, 3);
        graph.output(attention.joined(attention.weights(product), values), "y");
        assertThat(fused("Attention").attributes()).doesNotContainKey("scale");
    }

    @Test
    void query_ofOneTextForAll_isRefused() {
        Value probe = graph.weight(1, 1, 8);
        Value product = ops.matMul(
                attention.heads(attention.projection(probe), 0, 2, 1, 3),
                attention.heads(attention.projection(x), 0, 2, 3, 1));
        Value values = attention.heads(attention.projection(x), 0, 2, 1, 3);
        graph.output(attention.joined(attention.weights(product), values), "y");
        refused("queries of batch 1 are broadcast to keys of batch batch");
    }

    @Test
    void layers_withOneSetOfWeights_shareItPacked() {
        Value w = graph.weight(8, 8);
        UnaryOperator<Value> layer = in -> {
            Value projected = ops.matMul(in, w);
            Value keys = attention.heads(projected, 0, 2, 3, 1);
            Value values = attention.heads(projected, 0, 2, 1, 3);
            Value scores = ops.matMul(attention.heads(projected, 0, 2, 1, 3), keys);
            return attention.joined(attention.weights(ops.mul(scores, graph.scalar(0.5))), values);
        };
        graph.output(layer.apply(layer.apply(x)), "y");
        FusionAssert.Outcome outcome =
                assertThat(new AttentionFusion()).on(graph).leaves("Attention", "Attention");
        assertThat(outcome.model().graph().initializers()).hasSize(2);
    }

    @Test
    void weights_thatAreAnOutput_areRefused() {
        graph.output(
                attention.joined(
                        graph.output(attention.weights(scores()), "weights"),
                        attention.heads(attention.projection(x), 0, 2, 1, 3)),
                "y");
        refused("are an output of the graph");
    }

    @Test
    void keys_thatAreTheSameForAllTexts_areRefused() {
        Value raw = graph.weight(1, TinyAttention.HEADS, TinyAttention.WIDTH, TinyGraph.SEQUENCE);
        Value scores = ops.matMul(attention.heads(attention.projection(x), 0, 2, 1, 3), raw);
        Value values = attention.heads(attention.projection(x), 0, 2, 1, 3);
        graph.output(attention.joined(attention.weights(scores), values), "y");
        refused("queries of batch batch are broadcast to keys of batch 1");
    }

    /** As rotary positions and shared key heads do. */
    @Test
    void heads_thatAreComputed_areJoinedForMultiHeadAttention() {
        Value queries = ops.relu(attention.heads(attention.projection(x), 0, 2, 1, 3));
        Value keys = ops.relu(attention.heads(attention.projection(x), 0, 2, 1, 3));
        Value product = ops.matMul(queries, ops.transpose(keys, 0, 1, 3, 2));
        Value values = attention.heads(attention.projection(x), 0, 2, 1, 3);
        Value mask = attention.additive(graph.paddingMask("mask"), LOWEST);
        Value scores = ops.add(ops.mul(product, graph.scalar(0.5)), mask);
        graph.output(attention.joined(attention.weights(scores), values), "y");
        FusionAssert.Outcome outcome = assertThat(new AttentionFusion()).on(graph);
        assertThat(outcome.count().fused()).hasSize(1);
        assertThat(outcome.node("MultiHeadAttention").input(4)).isNotNull();
    }

    @Test
    void headsInTheBatch_areRefused() {
        Value queries = ops.reshape(attention.heads(attention.projection(x), 0, 2, 1, 3), -1, TinyGraph.SEQUENCE, 4);
        Value keys = ops.reshape(attention.heads(attention.projection(x), 0, 2, 3, 1), -1, 4, TinyGraph.SEQUENCE);
        Value values = ops.reshape(attention.heads(attention.projection(x), 0, 2, 1, 3), -1, TinyGraph.SEQUENCE, 4);
        Value weights = attention.weights(ops.matMul(queries, keys));
        Value heads = ops.reshape(ops.matMul(weights, values), -1, 2, TinyGraph.SEQUENCE, 4);
        graph.output(ops.reshape(ops.transpose(heads, 0, 2, 1, 3), 0, 0, 8), "y");
        refused("expected four axes");
    }

    @Test
    void scores_thatAreASumOfProducts_takeTheRestAsABias() {
        Value more = ops.matMul(
                attention.heads(attention.projection(x), 0, 2, 1, 3),
                graph.weight(1, TinyAttention.HEADS, TinyAttention.WIDTH, TinyGraph.SEQUENCE));
        Value bias = ops.tanh(more);
        graph.output(attention.of(x, scores -> ops.add(scores, bias)), "y");
        FusionAssert.Outcome outcome = assertThat(new AttentionFusion()).on(graph);
        assertThat(outcome.node("Attention").input(5)).isNotNull();
    }

    @Test
    void softmax_ofAHead_isNoCandidate() {
        graph.output(ops.softmax(x, -1), "y");
        assertThat(new AttentionFusion()).on(graph).doesNotFire();
    }

    private Value scores() {
        Value queries = attention.heads(attention.projection(x), 0, 2, 1, 3);
        return ops.matMul(queries, attention.heads(attention.projection(x), 0, 2, 3, 1));
    }

    private Value range(Value limit) {
        Value scalar = ops.squeeze(limit, 0);
        return ops.apply(
                "Range",
                List.of(ops.constant(TensorData.scalar(0L)), scalar, ops.constant(TensorData.scalar(1L))),
                Map.of());
    }

    private Value vector(long number) {
        return ops.constant(TensorData.vector(number));
    }

    private Value extent(Value value, long axis) {
        return ops.apply("Shape", List.of(value), Map.of("start", Attribute.of(axis), "end", Attribute.of(axis + 1)));
    }

    private Node fused(String... operators) {
        FusionAssert.Outcome outcome =
                assertThat(new AttentionFusion()).on(graph).leaves(operators);
        return outcome.node(operators[operators.length - 1]);
    }

    private void refused(String reason) {
        assertThat(new AttentionFusion()).on(graph).refuses(reason);
    }

    private static Offset<Float> offset() {
        return Offset.offset(1e-6f);
    }
}
