package io.sinter.onnx.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpsTest {

    private final Graph graph = new Graph("test");
    private final Ops ops = new Ops(graph, 17);

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "2,3;        2,3;      [2, 3]",
                "2,3;        3;        [2, 3]",
                "2,1,4;      3,1;      [2, 3, 4]",
                "B,S,384;    384;      [B, S, 384]",
                "B,S,384;    B,S,1;    [B, S, 384]",
                "B,1;        1,S;      [B, S]",
                "B,1;        S,1;      [?, 1]",
                "B,4;        7,4;      [7, 4]",
                "?,4;        1,4;      [?, 4]",
                "2,0;        1;        [2, 0]",
                "'';         5;        [5]",
                "'';         '';       []",
            })
    void add_operandsOfShapes_broadcasts(String a, String b, String expected) {
        Value sum = ops.add(input("a", DType.FLOAT, a), input("b", DType.FLOAT, b));
        assertThat(shape(sum)).hasToString(expected);
    }

    @Test
    void add_extentsThatDoNotBroadcast_namesOperatorOperandsAndTypes() {
        Value a = input("a", DType.FLOAT, "2,3");
        Value b = input("b", DType.FLOAT, "2,4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ops.add(a, b))
                .withMessage("Add(\"a\" FLOAT [2, 3], \"b\" FLOAT [2, 4]): extents 3 and 4 do not broadcast");
        assertThat(graph.nodes()).isEmpty();
        assertThat(a.uses()).isEmpty();
    }

    @Test
    void nodes_afterAnOutputWasRenamed_haveNamesOfTheirOwn() {
        Value x = input("x", DType.FLOAT, "2");
        graph.rename(ops.neg(x), "y");
        graph.rename(ops.neg(x), "z");
        ops.neg(x);
        assertThat(graph.nodes()).extracting(Node::name).doesNotHaveDuplicates().contains("Neg");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "B,3,224,224; 768,3,16,16; 16,16; [B, 768, 14, 14]",
                "2,1,30,17;   8,1,4,5;     4,5;   [2, 8, 7, 3]",
                "2,3,H,32;    8,3,4,4;     4,4;   [2, 8, ?, 8]",
                "2,3,9;       8,3,2;       3;     [2, 8, 3]",
            })
    void conv_windowsApart_countsWholeWindows(String x, String weight, String strides, String expected) {
        long[] apart =
                Arrays.stream(strides.split(",")).mapToLong(Long::parseLong).toArray();
        Value windows = ops.conv(input("x", DType.FLOAT16, x), input("w", DType.FLOAT16, weight), null, apart);
        assertThat(windows.type()).hasToString("FLOAT16 " + expected);
    }

    @Test
    void conv_paddedDilatedAndGrouped_countsWindowsOfThePaddedInput() {
        Map<String, Attribute> attributes = Map.of(
                "pads", Attribute.of(List.of(2L, 1L, 2L, 0L)),
                "dilations", Attribute.of(List.of(2L, 1L)),
                "group", Attribute.of(4));
        List<Value> operands = List.of(
                input("x", DType.FLOAT, "B,8,10,12"),
                input("w", DType.FLOAT, "16,2,3,3"),
                input("b", DType.FLOAT, "16"));
        assertThat(shape(ops.apply("Conv", operands, attributes))).hasToString("[B, 16, 10, 11]");
        Map<String, Attribute> same = Map.of(
                "auto_pad", Attribute.of("SAME_UPPER"),
                "strides", Attribute.of(List.of(4L, 5L)),
                "group", Attribute.of(4));
        assertThat(shape(ops.apply("Conv", operands, same))).hasToString("[B, 16, 3, 3]");
    }

    @Test
    void conv_stridesForAnotherRank_fails() {
        Value data = input("x", DType.FLOAT, "2,3,8,8");
        Value kernel = input("w", DType.FLOAT, "8,3,4,4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ops.conv(data, kernel, null, 4))
                .withMessageContaining("strides has 1 numbers, expected 2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "2,3,8,8;   8,4,4,4;   8; the weight takes 4 channels in 1 groups, not 3",
                "2,3,8,8;   8,3,9,4;   8; a kernel that covers 9 with stride 4 does not fit 8",
                "2,3,8,8;   8,3,4;     8; ranks 4 and 3, expected the same and at least 3",
                "2,3,8,8;   8,3,4,4;   7; extents 7 and 8 must be equal",
                "2,3,8,8;   8,3,4,4; 8,1; the bias has rank 2, expected a vector",
            })
    void conv_operandsThatDoNotFit_fails(String x, String weight, String bias, String message) {
        Value data = input("x", DType.FLOAT, x);
        Value kernel = input("w", DType.FLOAT, weight);
        Value shift = input("b", DType.FLOAT, bias);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ops.conv(data, kernel, shift, 4, 4))
                .withMessageContaining(message);
    }

    @Test
    void add_elementTypesThatDiffer_fails() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ops.add(input("a", DType.FLOAT, "2"), input("b", DType.FLOAT16, "2")))
                .withMessageContaining("element types FLOAT and FLOAT16 differ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "2,3;        3,4;      [2, 4]",
                "B,S,3;      3,4;      [B, S, 4]",
                "B,12,S,32;  B,12,32,S; [B, 12, S, S]",
                "5,1,2,3;    7,3,4;    [5, 7, 2, 4]",
                "3;          3,4;      [4]",
                "2,3;        3;        [2]",
                "3;          3;        []",
            })
    void matMul_operandsOfShapes_multipliesTheLastTwoAxes(String a, String b, String expected) {
        assertThat(shape(ops.matMul(input("a", DType.FLOAT, a), input("b", DType.FLOAT, b))))
                .hasToString(expected);
    }

    @Test
    void matMul_innerExtentsThatDiffer_fails() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ops.matMul(input("a", DType.FLOAT, "B,S,384"), input("b", DType.FLOAT, "312,2")))
                .withMessage(
                        "MatMul(\"a\" FLOAT [B, S, 384], \"b\" FLOAT [312, 2]): inner extents 384 and 312 must be equal");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "B,S,384;    0,0,12,32;   [B, S, 12, 32]",
                "B,S,384;    0,-1,12,32;  [B, S, 12, 32]",
                "B,S,384;    -1,384;      [?, 384]",
                "B,384;      -1,12,32;    [B, 12, 32]",
                "6,4;        3,-1;        [3, 8]",
                "6,4;        24;          [24]",
                "B,12,S,32;  0,384,-1;    [B, 384, S]",
                "0,4;        0,4;         [0, 4]",
            })
    void reshape_toExtents_infersWhatIsLeft(String from, String extents, String expected) {
        long[] to = Arrays.stream(extents.split(",")).mapToLong(Long::parseLong).toArray();
        assertThat(shape(ops.reshape(input("x", DType.FLOAT, from), to))).hasToString(expected);
    }

    @Test
    void reshape_toAnotherNumberOfElements_fails() {
        Value x = input("x", DType.FLOAT, "6,4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ops.reshape(x, 5, 5))
                .withMessageContaining("elements of [6, 4] do not fill shape [5, 5]");
        assertThatIllegalArgumentException().isThrownBy(() -> ops.reshape(x, 5, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> ops.reshape(x, -1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> ops.reshape(x, 6, 4, 0));
    }

    @Test
    void reshape_toShapeComputedFromAnotherValue_keepsNames() {
        Value x = input("x", DType.FLOAT, "B,S,384");
        Value lead = ops.slice(ops.shape(x), vector(0), vector(2), vector(0), vector(1));
        Value target = ops.concat(0, List.of(lead, vector(12, 32)));
        assertThat(shape(ops.reshape(x, target))).hasToString("[B, S, 12, 32]");
    }

    @Test
    void gather_tableByIds_replacesTheAxis() {
        Value table = input("table", DType.FLOAT, "30522,384");
        Value ids = input("ids", DType.INT64, "B,S");
        assertThat(shape(ops.gather(table, ids, 0))).hasToString("[B, S, 384]");
        assertThat(shape(ops.gather(table, ops.constant(TensorData.scalar(3L)), 1)))
                .hasToString("[30522]");
        assertThatIllegalArgumentException().isThrownBy(() -> ops.gather(table, ids, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> ops.gather(table, table, 0));
    }

    @Test
    void concat_parts_addsExtentsAlongTheAxis() {
        Value a = input("a", DType.FLOAT, "B,S,384");
        Value b = input("b", DType.FLOAT, "B,S,512");
        assertThat(shape(ops.concat(-1, List.of(a, b)))).hasToString("[B, S, 896]");
        assertThatIllegalArgumentException().isThrownBy(() -> ops.concat(0, List.of(a, b)));
        assertThatIllegalArgumentException().isThrownBy(() -> ops.concat(3, List.of(a, b)));
    }

    @Test
    void reductions_overAxes_keepOrDropThem() {
        Value x = input("x", DType.FLOAT, "B,S,384");
        assertThat(shape(ops.reduceMean(x, List.of(-1L), KeepDims.KEEP))).hasToString("[B, S, 1]");
        assertThat(shape(ops.reduceSum(x, List.of(1L), KeepDims.DROP))).hasToString("[B, 384]");
        assertThat(shape(ops.reduceMax(x, List.of(0L, 2L), KeepDims.DROP))).hasToString("[S]");
        assertThat(shape(ops.argMax(x, 1, KeepDims.DROP))).hasToString("[B, 384]");
        assertThatIllegalArgumentException().isThrownBy(() -> ops.reduceL2(x, List.of(3L), KeepDims.DROP));
    }

    @Test
    void reduceMean_atOpset17And18_takesAxesAsAttributeOrInput() {
        Value x = input("x", DType.FLOAT, "4,5");
        Node at17 = producer(ops.reduceMean(x, List.of(-1L), KeepDims.KEEP));
        Node at18 = producer(new Ops(graph, 18).reduceMean(x, List.of(-1L), KeepDims.KEEP));
        assertThat(at17.inputs()).hasSize(1);
        assertThat(at17.attributes()).containsKey("axes");
        assertThat(at18.inputs()).hasSize(2);
        assertThat(at18.attributes()).doesNotContainKey("axes");
        assertThat(producer(ops.reduceSum(x, List.of(0L), KeepDims.KEEP)).inputs())
                .hasSize(2);
    }

    @Test
    void movement_ofAxes_infersExtents() {
        Value x = input("x", DType.FLOAT, "B,S,12,32");
        assertThat(shape(ops.transpose(x, 0, 2, 1, 3))).hasToString("[B, 12, S, 32]");
        assertThat(shape(ops.unsqueeze(x, 0, -1))).hasToString("[1, B, S, 12, 32, 1]");
        assertThat(shape(ops.squeeze(ops.unsqueeze(x, 2), 2))).hasToString("[B, S, 12, 32]");
        assertThat(ops.split(x, 2, 5, 7))
                .extracting(v -> shape(v).toString())
                .containsExactly("[B, S, 5, 32]", "[B, S, 7, 32]");
        assertThat(shape(ops.slice(x, vector(-5), vector(Long.MAX_VALUE), vector(3), vector(2))))
                .hasToString("[B, S, 12, 3]");
        assertThat(shape(ops.expand(ops.constant(TensorData.scalar(0f)), ops.shape(x))))
                .hasToString("[B, S, 12, 32]");
        assertThatIllegalArgumentException().isThrownBy(() -> ops.transpose(x, 0, 1, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> ops.squeeze(x, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> ops.split(x, 2, 5, 5));
    }

    @Test
    void types_ofComparisonsAndSelections_follow() {
        Value x = input("x", DType.FLOAT, "B,4");
        Value ids = input("ids", DType.INT64, "B,4");
        Value mask = ops.greater(ids, ops.constant(TensorData.scalar(0L)));
        assertThat(mask.type()).hasToString("BOOL [B, 4]");
        assertThat(ops.where(mask, x, ops.neg(x)).type()).hasToString("FLOAT [B, 4]");
        assertThat(ops.cast(ids, DType.FLOAT16).type()).hasToString("FLOAT16 [B, 4]");
        assertThat(ops.clip(x, null, null).type()).hasToString("FLOAT [B, 4]");
        assertThat(ops.softmax(x, -1).type()).hasToString("FLOAT [B, 4]");
        assertThatIllegalArgumentException().isThrownBy(() -> ops.where(ids, x, x));
        assertThatIllegalArgumentException().isThrownBy(() -> ops.sqrt(ids));
        assertThatIllegalArgumentException().isThrownBy(() -> ops.not(x));
    }

    @Test
    void gemm_withTransposedWeight_isALinearLayer() {
        Value x = input("x", DType.FLOAT, "B,768");
        Value weight = input("weight", DType.FLOAT, "384,768");
        Value bias = input("bias", DType.FLOAT, "384");
        assertThat(shape(ops.gemm(x, weight, bias, Ops.Transposed.B))).hasToString("[B, 384]");
        assertThatIllegalArgumentException().isThrownBy(() -> ops.gemm(x, weight, bias, Ops.Transposed.NONE));
    }

    @Test
    void layerNormalization_overTheLastAxis_checksScaleAndBias() {
        Value x = input("x", DType.FLOAT, "B,S,384");
        Value scale = input("scale", DType.FLOAT, "384");
        assertThat(shape(ops.layerNormalization(x, scale, scale, -1, 1e-12f))).hasToString("[B, S, 384]");
        Value wrong = input("wrong", DType.FLOAT, "312");
        assertThatIllegalArgumentException().isThrownBy(() -> ops.layerNormalization(x, wrong, null, -1, 1e-12f));
    }

    @Test
    void insertingBefore_anchor_keepsTheOrderOfEmission() {
        Value x = input("x", DType.FLOAT, "2");
        Node anchor = producer(ops.relu(x));
        Ops before = Ops.insertingBefore(graph, 17, anchor).withPrefix("combine/");
        Value sum = before.add(before.exp(x), before.constant("one", TensorData.scalar(1f)));
        assertThat(graph.nodes()).extracting(Node::name).containsExactly("combine/Exp", "combine/Add", "Relu");
        assertThat(sum.name()).isEqualTo("combine/Add");
        assertThat(graph.value("combine/one")).isNotNull();
    }

    @Test
    void emit_ofAnotherDomain_takesTheTypesGiven() {
        Value x = input("x", DType.FLOAT, "2");
        Value y = ops.emit(
                        "com.microsoft",
                        "Gelu",
                        List.of(x),
                        Map.of(),
                        List.of(new TensorType(DType.FLOAT, Shape.of(2))))
                .getFirst();
        assertThat(y.type()).hasToString("FLOAT [2]");
        assertThat(producer(y).domain()).isEqualTo("com.microsoft");
    }

    @Test
    void constructor_opsetOutOfRange_fails() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ops(graph, 11))
                .withMessageContaining("raise");
        assertThatIllegalArgumentException().isThrownBy(() -> new Ops(graph, 99));
    }

    private Value input(String name, DType dtype, String dims) {
        List<Dim> list = new ArrayList<>();
        for (String dim : dims.isEmpty() ? new String[0] : dims.split(",")) {
            list.add(
                    dim.equals("?")
                            ? Dim.unknown()
                            : Character.isDigit(dim.charAt(0)) ? Dim.of(Long.parseLong(dim)) : Dim.of(dim));
        }
        return graph.addInput(name, new TensorType(dtype, new Shape(list)));
    }

    private Value vector(long... values) {
        return ops.constant(TensorData.vector(values));
    }

    private static Node producer(Value value) {
        return Objects.requireNonNull(value.producer());
    }

    private static Shape shape(Value value) {
        return Objects.requireNonNull(Objects.requireNonNull(value.type()).shape());
    }
}
