package io.sinter.onnx.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each operator that changed between opsets 7 and 17, run in ONNX Runtime before and after: the same bits. */
class RaiseOpsetTest {

    @ParameterizedTest
    @CsvSource({
        "Softmax,11,1",
        "Softmax,11,2",
        "Softmax,11,-1",
        "Softmax,11,-2",
        "Softmax,11,0",
        "Softmax,8,1",
        "LogSoftmax,11,1",
        "LogSoftmax,12,2",
        "Hardmax,11,1",
        "Hardmax,12,-1",
    })
    void softmax_raised_computesTheSame(String op, long opset, long axis) {
        OldGraph graph = OldGraph.of(opset);
        Value x = graph.input("x", 2, 3, 4);
        graph.node(op, List.of(x), Map.of("axis", Attribute.of(axis)));
        graph.assertRaisedEqual();
    }

    @Test
    void softmax_defaultAxis_isTheSecond() {
        OldGraph graph = OldGraph.of(11);
        graph.node("Softmax", List.of(graph.input("x", 2, 3, 4)), Map.of());
        graph.assertRaisedEqual();
    }

    @Test
    void softmax_ofUnknownRank_isFlattened() {
        OldGraph graph = OldGraph.of(11);
        Value x = graph.input("x", 2, 3, 4);
        Value unknown = graph.unknown(x);
        graph.node("Softmax", List.of(unknown), Map.of());
        graph.assertRaisedEqual();
        assertThat(graph.raised().graph().nodes()).extracting(Node::opType).contains("Flatten", "Reshape");
    }

    @Test
    void softmax_overTheLastAxis_staysOneNode() {
        OldGraph graph = OldGraph.of(11);
        graph.node("Softmax", List.of(graph.input("x", 2, 3, 4)), Map.of("axis", Attribute.of(2)));
        assertThat(graph.raised().graph().nodes()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 9, 11, 12})
    void axes_asAttribute_becomeAnInput(long opset) {
        OldGraph graph = OldGraph.of(opset);
        Value x = graph.input("x", 2, 1, 4);
        Value squeezed = graph.node("Squeeze", List.of(x), Map.of("axes", Attribute.of(List.of(1L))));
        Value all = graph.node("Squeeze", List.of(x), Map.of());
        Value wide = graph.node("Unsqueeze", List.of(squeezed), Map.of("axes", Attribute.of(List.of(0L, 3L))));
        graph.node("ReduceSum", List.of(wide), Map.of("axes", Attribute.of(List.of(1L)), "keepdims", Attribute.of(0)));
        graph.node("ReduceSum", List.of(x), Map.of());
        graph.node("ReduceMean", List.of(all), Map.of("axes", Attribute.of(List.of(1L))));
        graph.assertRaisedEqual();
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 11, 12})
    void split_raised_computesTheSame(long opset) {
        OldGraph graph = OldGraph.of(opset);
        Value x = graph.input("x", 2, 6);
        graph.nodes("Split", List.of(x), Map.of("axis", Attribute.of(1), "split", Attribute.of(List.of(2L, 4L))), 2);
        graph.nodes("Split", List.of(x), Map.of("axis", Attribute.of(1)), 3);
        graph.assertRaisedEqual();
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 9})
    void slice_raised_computesTheSame(long opset) {
        OldGraph graph = OldGraph.of(opset);
        Value x = graph.input("x", 4, 6);
        graph.node(
                "Slice",
                List.of(x),
                Map.of("starts", Attribute.of(List.of(1L, -3L)), "ends", Attribute.of(List.of(3L, 1000L))));
        graph.node(
                "Slice",
                List.of(x),
                Map.of(
                        "starts", Attribute.of(List.of(2L)),
                        "ends", Attribute.of(List.of(-1L)),
                        "axes", Attribute.of(List.of(1L))));
        graph.assertRaisedEqual();
    }

    @Test
    void topK_raised_computesTheSame() {
        OldGraph seven = OldGraph.of(7);
        seven.nodes("TopK", List.of(seven.input("x", 3, 5)), Map.of("k", Attribute.of(2)), 2);
        seven.assertRaisedEqual();
        OldGraph ten = OldGraph.of(10);
        ten.nodes(
                "TopK",
                List.of(ten.input("x", 3, 5), ten.constant(TensorData.vector(2L))),
                Map.of("axis", Attribute.of(0)),
                2);
        ten.assertRaisedEqual();
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 10})
    void pad_raised_computesTheSame(long opset) {
        OldGraph graph = OldGraph.of(opset);
        Value x = graph.input("x", 2, 3);
        graph.node("Pad", List.of(x), Map.of("pads", Attribute.of(List.of(0L, 1L, 1L, 2L))));
        graph.node(
                "Pad",
                List.of(graph.unknown(x)),
                Map.of("pads", Attribute.of(List.of(1L, 1L, 0L, 1L)), "value", Attribute.of(2.5f)));
        graph.node(
                "Pad",
                List.of(x),
                Map.of("pads", Attribute.of(List.of(0L, 1L, 0L, 1L)), "mode", Attribute.of("reflect")));
        graph.assertRaisedEqual();
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 10})
    void clip_raised_computesTheSame(long opset) {
        OldGraph graph = OldGraph.of(opset);
        Value x = graph.input("x", 4, 4);
        graph.node("Clip", List.of(x), Map.of("min", Attribute.of(-0.25f), "max", Attribute.of(0.5f)));
        graph.node("Clip", List.of(x), Map.of("max", Attribute.of(0.5f)));
        graph.node("Clip", List.of(graph.unknown(x)), Map.of("min", Attribute.of(0f)));
        graph.node("Clip", List.of(x), Map.of());
        graph.assertRaisedEqual();
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 10, 11, 12})
    void dropout_raised_isStillTheIdentity(long opset) {
        OldGraph graph = OldGraph.of(opset);
        Map<String, Attribute> ratio = opset < 12 ? Map.of("ratio", Attribute.of(0.9f)) : Map.of();
        graph.node("Dropout", List.of(graph.input("x", 4, 4)), ratio);
        graph.assertRaisedEqual();
    }

    @Test
    void dropout_whoseMaskIsUsed_isRefused() {
        OldGraph graph = OldGraph.of(7);
        graph.nodes("Dropout", List.of(graph.input("x", 4, 4)), Map.of(), 2);
        assertThatThrownBy(graph::raised)
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("raising opset 7 to 17 (Dropout changed in 12)")
                .hasMessageContaining("its mask \"y1\" is used");
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 9, 13})
    void batchNormalization_raised_computesTheSame(long opset) {
        OldGraph graph = OldGraph.of(opset);
        Value x = graph.input("x", 2, 3, 4);
        Value ones = graph.constant(TensorData.vector(1f, 2f, 0.5f));
        graph.node(
                "BatchNormalization",
                List.of(x, ones, graph.constant(TensorData.vector(0f, 1f, 2f)), ones, ones),
                opset == 7 ? Map.of("spatial", Attribute.of(1)) : Map.of("epsilon", Attribute.of(0.01f)));
        graph.assertRaisedEqual();
    }

    @ParameterizedTest
    @CsvSource({"7,nearest,2.0", "7,linear,2.0", "9,nearest,1.5", "9,linear,2.5", "9,nearest,1.0"})
    void upsample_raised_isResize(long opset, String mode, float scale) {
        OldGraph graph = OldGraph.of(opset);
        Value x = graph.input("x", 1, 1, 4, 4);
        List<Float> scales = List.of(1f, 1f, scale, scale);
        if (opset < 9) {
            graph.node(
                    "Upsample", List.of(x), Map.of("mode", Attribute.of(mode), "scales", new Attribute.Floats(scales)));
        } else {
            Value input = graph.constant(TensorData.vector(1f, 1f, scale, scale));
            graph.node("Upsample", List.of(x, input), Map.of("mode", Attribute.of(mode)));
        }
        graph.assertRaisedEqual();
    }

    @ParameterizedTest
    @CsvSource({"nearest,2.0", "nearest,0.6", "nearest,1.7", "nearest,0.75", "linear,2.0", "linear,0.6"})
    void resize10_raised_computesTheSame(String mode, float scale) {
        OldGraph graph = OldGraph.of(10);
        Value x = graph.input("x", 1, 1, 4, 4);
        Value scales = graph.constant(TensorData.vector(1f, 1f, scale, scale));
        graph.node("Resize", List.of(x, scales), Map.of("mode", Attribute.of(mode)));
        graph.assertRaisedEqual();
    }

    @Test
    void resize10_nearestWithScalesUnknown_isRefused() {
        OldGraph graph = OldGraph.of(10);
        Value x = graph.input("x", 1, 1, 4, 4);
        graph.node("Resize", List.of(x, graph.input("scales", 4)), Map.of());
        assertThatThrownBy(graph::raised)
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("Resize changed in 11")
                .hasMessageContaining("not constant");
    }

    @Test
    void resize11_withSizes_leavesEmptyScalesOut() {
        OldGraph graph = OldGraph.of(11);
        Value x = graph.input("x", 1, 1, 4, 4);
        Value none = graph.constant(TensorData.vector(new float[0]));
        Value sizes = graph.constant(TensorData.vector(1, 1, 7, 7));
        graph.node("Resize", List.of(x, none, none, sizes), Map.of("mode", Attribute.of("linear")));
        graph.assertRaisedEqual();
    }

    @Test
    void roiAlign_raised_keepsItsPlacement() {
        OldGraph graph = OldGraph.of(10);
        Value x = graph.input("x", 1, 1, 8, 8);
        Value rois = graph.constant(TensorData.of(List.of(1L, 4L), 1f, 1f, 6f, 6f));
        Value batch = graph.constant(TensorData.vector(0L));
        graph.node(
                "RoiAlign",
                List.of(x, rois, batch),
                Map.of("output_height", Attribute.of(3), "output_width", Attribute.of(3)));
        graph.assertRaisedEqual();
    }

    @Test
    void scatter_raised_isScatterElements() {
        OldGraph graph = OldGraph.of(9);
        Value x = graph.input("x", 3, 3);
        Value indices = graph.constant(TensorData.of(List.of(1L, 3L), 1L, 0L, 2L));
        Value updates = graph.constant(TensorData.of(List.of(1L, 3L), 1f, 2f, 3f));
        graph.node("Scatter", List.of(x, indices, updates), Map.of());
        graph.assertRaisedEqual();
    }

    @ParameterizedTest
    @ValueSource(longs = {9, 10})
    void oneHot_withNegativeIndices_computesTheSame(long opset) {
        OldGraph graph = OldGraph.of(opset);
        Value indices = graph.constant(TensorData.vector(0L, 2L, -1L, 7L));
        Value depth = graph.constant(TensorData.vector(3L));
        graph.node("OneHot", List.of(indices, depth, graph.constant(TensorData.vector(0f, 1f))), Map.of());
        graph.assertRaisedEqual();
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void operatorsWithoutBreakingChange_raised_computeTheSame(long opset) {
        OldGraph graph = OldGraph.of(opset);
        Value x = graph.input("x", 2, 3, 4);
        Value table = graph.constant(
                TensorData.of(List.of(5L, 4L), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16f, 17, 18, 19, 20));
        Value ids = graph.constant(TensorData.of(List.of(2L, 3L), 0L, 1L, 4L, 2L, 3L, 0L));
        Value sum = graph.node("Add", List.of(x, graph.node("Gather", List.of(table, ids), Map.of())), Map.of());
        graph.node(
                "MatMul",
                List.of(sum, graph.node("Transpose", List.of(sum), Map.of("perm", Attribute.of(List.of(0L, 2L, 1L))))),
                Map.of());
        Value flat = graph.node("Flatten", List.of(sum), Map.of("axis", Attribute.of(2)));
        Value weight = graph.constant(TensorData.of(List.of(4L, 1L), 1f, 2f, 3f, 4f));
        graph.node("Gemm", List.of(flat, weight, graph.constant(TensorData.vector(1f))), Map.of());
        graph.node("ArgMax", List.of(sum), Map.of("axis", Attribute.of(1)));
        graph.node(
                "Cast",
                List.of(graph.node("Sigmoid", List.of(sum), Map.of())),
                Map.of("to", Attribute.of(DType.DOUBLE.onnxCode())));
        graph.node(
                "Pow",
                List.of(graph.node("Abs", List.of(sum), Map.of()), graph.constant(TensorData.vector(0.5f))),
                Map.of());
        graph.node("ReduceMax", List.of(sum), Map.of("axes", Attribute.of(List.of(2L))));
        graph.node("Concat", List.of(sum, x), Map.of("axis", Attribute.of(1)));
        graph.node("Equal", List.of(ids, ids), Map.of());
        graph.node("Max", List.of(x, sum), Map.of());
        graph.node("LeakyRelu", List.of(x), Map.of());
        graph.assertRaisedEqual();
    }

    @Test
    void subgraphs_ofAnIf_areRaisedToo() {
        OldGraph graph = OldGraph.of(11);
        Value x = graph.input("x", 2, 3, 4);
        Value condition = graph.constant(new SmallTensor(DType.BOOL, List.of(), new long[] {1}).toData());
        Graph then = graph.subgraph("then");
        then.addOutput(OldGraph.append(then, "Softmax", List.of(x), Map.of(), "then_y"));
        Graph otherwise = graph.subgraph("else");
        otherwise.addOutput(OldGraph.append(otherwise, "Identity", List.of(x), Map.of(), "else_y"));
        graph.node(
                "If",
                List.of(condition),
                Map.of("then_branch", Attribute.of(then), "else_branch", Attribute.of(otherwise)));
        graph.assertRaisedEqual();
    }

    @Test
    void initializersAmongTheInputs_ofAnOldFormat_becomeConstants() {
        OldGraph graph = OldGraph.of(7);
        Value x = graph.input("x", 2, 2);
        Value weight = graph.defaulted("weight", TensorData.of(List.of(2L, 2L), 1f, 2f, 3f, 4f));
        graph.node("MatMul", List.of(x, weight), Map.of());
        assertThat(graph.raised().graph().inputs()).extracting(Value::name).containsExactly("x");
        assertThat(graph.raised().irVersion()).isEqualTo(8);
        graph.assertRaisedEqual();
    }

    @Test
    void unknownOperator_ofOnnxsDomain_isRefusedByName() {
        OldGraph graph = OldGraph.of(11);
        graph.node("ImageScaler", List.of(graph.input("x", 2)), Map.of());
        assertThatThrownBy(graph::raised)
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("opset 11 to 17")
                .hasMessageContaining("ImageScaler -> \"y0\"");
    }

    @ParameterizedTest
    @CsvSource({
        "ReduceMean,17,18",
        "ReduceMax,11,18",
        "ReduceMin,17,20",
        "ReduceProd,17,19",
        "ReduceL1,17,21",
        "ReduceL2,13,18",
        "ReduceLogSumExp,17,22",
        "ReduceSumSquare,12,23",
        "ReduceSum,12,18"
    })
    void reduction_raisedBeyond17_computesTheSame(String op, long opset, long target) {
        OldGraph graph = OldGraph.of(opset);
        Value x = graph.input("x", 2, 3, 4);
        graph.node(op, List.of(x), Map.of("axes", Attribute.of(List.of(-1L)), "keepdims", Attribute.of(0)));
        graph.node(op, List.of(x), Map.of());
        graph.assertRaisedEqual(target);
    }

    @ParameterizedTest
    @CsvSource({"11,18", "13,18", "17,21"})
    void split_raisedBeyond17_saysHowMany(long opset, long target) {
        OldGraph graph = OldGraph.of(opset);
        graph.nodes("Split", List.of(graph.input("x", 2, 6)), Map.of("axis", Attribute.of(1)), 3);
        graph.assertRaisedEqual(target);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bilinear", "bicubic", "nearest"})
    void gridSample_raisedTo20_hasNewNames(String mode) {
        OldGraph graph = OldGraph.of(16);
        Value x = graph.input("x", 1, 2, 4, 4);
        Value grid = graph.input("grid", 1, 3, 3, 2);
        graph.node("GridSample", List.of(x, grid), Map.of("mode", Attribute.of(mode)));
        graph.assertRaisedEqual(20);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 6, 24})
    void opset_outOfRange_isRefused(long opset) {
        OldGraph graph = OldGraph.of(opset);
        graph.node("Relu", List.of(graph.input("x", 2)), Map.of());
        assertThatThrownBy(graph::raised)
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("opset " + opset);
    }

    @ParameterizedTest
    @ValueSource(longs = {17, 20, 23})
    void newerGraph_staysAsItIs(long opset) {
        OldGraph graph = OldGraph.of(opset);
        graph.node("Relu", List.of(graph.input("x", 2)), Map.of());
        assertThat(new RaiseOpset().run(graph.build()).changed()).isFalse();
        assertThat(graph.raised().opset()).isEqualTo(opset);
    }

    @Test
    void raised_isSound() {
        OldGraph graph = OldGraph.of(11);
        graph.node("Softmax", List.of(graph.input("x", 2, 3, 4)), Map.of());
        assertThat(Verifier.check(graph.raised())).isEmpty();
    }
}
