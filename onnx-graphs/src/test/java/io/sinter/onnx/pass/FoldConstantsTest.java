package io.sinter.onnx.pass;

import static io.sinter.onnx.pass.PassAssert.assertThat;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FoldConstantsTest {

    private final Graph graph = new Graph("g");
    private final Model model = new Model(graph, 8);
    private final Value x =
            graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(Dim.of("B"), Dim.of("S"), Dim.of(384))));
    private final Ops ops = new Ops(graph, 17);

    FoldConstantsTest() {
        model.setOpset("", 17);
    }

    /** What is folded, and what ONNX Runtime computes for it, agree to the last bit. */
    @ParameterizedTest
    @MethodSource("expressions")
    void constantExpression_folded_equalsTheRuntime(Function<Ops, Value> expression) {
        Value result = expression.apply(ops);
        graph.addOutput(ops.identity(result));
        Map<String, TensorData> expected = Ort.run(model, Map.of("x", feed()));
        PassResult folded = new FoldConstants().run(model);
        new Prune().run(model);
        Assertions.assertThat(folded.changes()).isNotEmpty();
        Assertions.assertThat(graph.nodes()).extracting(Node::opType).containsExactly("Identity");
        Ort.run(model, Map.of("x", feed()))
                .forEach((name, data) ->
                        TensorAssert.assertThat(data).as(name).isClose(Objects.requireNonNull(expected.get(name)), 0));
    }

    static Stream<Named<Function<Ops, Value>>> expressions() {
        TensorData ints = TensorData.of(List.of(2L, 3L), 1L, -2L, 3L, 40L, 5L, -6L);
        TensorData floats = TensorData.of(List.of(2L, 3L), 1.1f, -2.7f, 0.3f, 40f, 1e-3f, -6.6f);
        TensorData row = TensorData.vector(3L, 7L, -2L);
        TensorData reals = TensorData.vector(0.7f, 3f, -9.9f);
        List<Named<Function<Ops, Value>>> all = new ArrayList<>();
        for (String op : List.of("Add", "Sub", "Mul", "Div", "Min", "Max")) {
            all.add(named(op + " int64", o -> o.apply(op, List.of(o.constant(ints), o.constant(row)), Map.of())));
            all.add(named(op + " float", o -> o.apply(op, List.of(o.constant(floats), o.constant(reals)), Map.of())));
        }
        for (String op : List.of("Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual")) {
            all.add(named(op, o -> o.apply(op, List.of(o.constant(ints), o.constant(row)), Map.of())));
        }
        for (String op : List.of("Neg", "Abs", "Floor", "Ceil")) {
            all.add(named(op, o -> o.apply(op, List.of(o.constant(floats)), Map.of())));
        }
        all.add(named("Sqrt", o -> o.sqrt(o.abs(o.constant(floats)))));
        all.add(named("Cast to int", o -> o.cast(o.constant(floats), DType.INT32)));
        all.add(named("Cast to float", o -> o.cast(o.constant(ints), DType.FLOAT)));
        all.add(named("Cast to bool", o -> o.cast(o.constant(floats), DType.BOOL)));
        all.add(named(
                "Where",
                o -> o.where(
                        o.not(o.equal(o.constant(ints), o.constant(row))), o.constant(floats), o.constant(reals))));
        all.add(named("Gather 0", o -> o.gather(o.constant(ints), o.constant(TensorData.vector(1L, -2L, 1L)), 0)));
        all.add(named(
                "Gather 1",
                o -> o.gather(o.constant(ints), o.constant(TensorData.of(List.of(2L, 2L), 0L, -1L, 1L, 1L)), 1)));
        all.add(named("Gather scalar", o -> o.gather(o.constant(ints), o.constant(TensorData.scalar(2L)), -1)));
        all.add(named("Concat 0", o -> o.concat(0, List.of(o.constant(ints), o.constant(ints)))));
        all.add(named(
                "Concat 1",
                o -> o.concat(1, List.of(o.constant(ints), o.unsqueeze(o.constant(TensorData.vector(8L, 9L)), 1)))));
        all.add(named("Squeeze", o -> o.squeeze(o.unsqueeze(o.constant(ints), 0, -1), 0)));
        all.add(named(
                "Slice",
                o -> o.slice(
                        o.constant(ints),
                        vector(o, -1, 5),
                        vector(o, Long.MIN_VALUE, 1),
                        vector(o, 0, 1),
                        vector(o, -1, -1))));
        all.add(named(
                "Slice empty", o -> o.slice(o.constant(ints), vector(o, 2), vector(o, 1), vector(o, 1), vector(o, 1))));
        all.add(named("Reshape", o -> o.reshape(o.constant(ints), -1, 2)));
        all.add(named("Transpose", o -> o.transpose(o.constant(floats), 1, 0)));
        all.add(named("Expand", o -> o.expand(o.constant(row), vector(o, 2, 1))));
        all.add(named("Range", o -> o.apply("Range", List.of(scalar(o, 10), scalar(o, -3), scalar(o, -4)), Map.of())));
        all.add(named(
                "ConstantOfShape",
                o -> o.apply(
                        "ConstantOfShape",
                        List.of(vector(o, 2, 2)),
                        Map.of("value", Attribute.of(TensorData.vector(7L))))));
        all.add(named(
                "And", o -> o.and(o.cast(o.constant(ints), DType.BOOL), o.less(o.constant(ints), o.constant(row)))));
        return all.stream();
    }

    @Test
    void shapeArithmetic_ofKnownExtents_isFolded() {
        Value width = ops.gather(ops.shape(x), ops.constant(TensorData.scalar(2L)), 0);
        Value perHead = ops.div(width, ops.constant(TensorData.scalar(12L)));
        graph.addOutput(ops.mul(x, ops.cast(perHead, DType.FLOAT)));
        new FoldConstants().run(model);
        assertThat(new Prune()).on(model).leaves("Mul");
        Assertions.assertThat(Ort.run(model, Map.of("x", feed()))
                        .values()
                        .iterator()
                        .next()
                        .toFloatArray()[5])
                .isEqualTo(feed().toFloatArray()[5] * 32);
    }

    @Test
    void shape_ofExtentsThatVary_stays() {
        graph.addOutput(ops.gather(ops.shape(x), ops.constant(TensorData.scalar(1L)), 0));
        assertThat(new FoldConstants()).on(model).doesNotFire().leaves("Shape", "Gather");
    }

    @Test
    void constantNodes_becomeInitializersOverTheSameMemory() {
        TensorData big = TensorData.allocate(DType.FLOAT, List.of(100_000L));
        Value constant = ops.constantNode(big);
        graph.addOutput(ops.add(constant, ops.constant(TensorData.scalar(1f))));
        assertThat(new FoldConstants()).on(model).leaves("Add");
        Assertions.assertThat(Objects.requireNonNull(constant.constant()).data())
                .isSameAs(big.data());
    }

    @Test
    void result_thatIsLarge_isLeftToTheRuntime() {
        graph.addOutput(ops.expand(ops.constant(TensorData.scalar(1f)), vector(ops, 4097)));
        assertThat(new FoldConstants()).on(model).doesNotFire();
    }

    @Test
    void constant_thatIsAnOutput_isRefused() {
        graph.addOutput(ops.constantNode(TensorData.scalar(1f)));
        assertThat(new FoldConstants())
                .on(model)
                .doesNotFire()
                .refuses("Constant \"Constant\" is constant, but an output of the graph");
    }

    @Test
    void default_ofAnInput_isNoConstant() {
        graph.addInput("option", new TensorType(DType.INT64, Shape.of(1)));
        Value option = graph.addInitializer("option", TensorData.vector(1L));
        graph.addOutput(ops.add(option, ops.constant(TensorData.vector(1L))));
        assertThat(new FoldConstants()).on(model).doesNotFire();
    }

    @Test
    void oldFormat_isRefused() {
        model.setIrVersion(3);
        graph.addOutput(ops.relu(ops.constantNode(TensorData.scalar(1f))));
        assertThat(new FoldConstants())
                .on(model)
                .doesNotFire()
                .refuses("ir_version 3: initializers would have to be inputs; raise the opset first");
    }

    @Test
    void integerDivisionByZero_isLeftToTheRuntime() {
        graph.addOutput(ops.relu(ops.cast(ops.div(vector(ops, 1), vector(ops, 0)), DType.FLOAT)));
        assertThat(new FoldConstants()).on(model).doesNotFire();
    }

    @Test
    void identity_ofAConstant_givesWayToIt() {
        Value weight = ops.constant("weight", TensorData.vector(1f, 2f, 3f));
        graph.addOutput(ops.add(ops.identity(weight), weight));
        new FoldConstants().run(model);
        assertThat(new Prune()).on(model).leaves("Add");
        Assertions.assertThat(weight.uses()).hasSize(2);
    }

    private static Named<Function<Ops, Value>> named(String name, Function<Ops, Value> expression) {
        return Named.of(name, expression);
    }

    private static Value vector(Ops ops, long... values) {
        return ops.constant(TensorData.vector(values));
    }

    private static Value scalar(Ops ops, long value) {
        return ops.constant(TensorData.scalar(value));
    }

    private static TensorData feed() {
        float[] values = new float[2 * 384];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.25f - 7;
        }
        return TensorData.of(List.of(1L, 2L, 384L), values);
    }
}
