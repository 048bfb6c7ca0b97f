package io.sinter.onnx.pass;

import static io.sinter.onnx.pass.PassAssert.assertThat;
import static io.sinter.onnx.pass.TensorAssert.assertThat;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowsFirstTest {

    private final Graph graph = new Graph("g");
    private final Model model = new Model(graph, 8);
    private final Value x = graph.addInput("x", type(Dim.of("batch"), Dim.of("sequence"), Dim.of(4)));
    private final Value rows = graph.addInput("rows", new TensorType(DType.INT64, Shape.of(Dim.of("picked"))));
    private final Ops ops = new Ops(graph, 17);

    RowsFirstTest() {
        model.setOpset("", 17);
    }

    @Test
    void head_ofWhichFewRowsAreRead_isComputedForThose() {
        Value hidden = ops.add(ops.matMul(x, random(4, 6)), random(6));
        Value curved = ops.mul(hidden, ops.erf(ops.div(hidden, scalar(2))));
        Value normed = ops.layerNormalization(curved, random(6), random(6), 2, 1e-5f);
        output(ops.softmax(ops.matMul(normed, ops.transpose(random(5, 6), 1, 0)), -1));
        TensorData before = run();
        assertThat(new RowsFirst())
                .on(model)
                .leaves(
                        "Transpose",
                        "Flatten",
                        "Gather",
                        "MatMul",
                        "Add",
                        "Div",
                        "Erf",
                        "Mul",
                        "LayerNormalization",
                        "MatMul",
                        "Softmax",
                        "Identity");
        assertThat(run()).isClose(before, 1e-6f);
    }

    @Test
    void residualLayer_isEnteredUpToWhereRowsMix() {
        Value mixed = ops.matMul(ops.softmax(ops.matMul(x, ops.transpose(x, 0, 2, 1)), -1), x);
        Value sum = ops.add(ops.matMul(mixed, random(4, 4)), x);
        Value mean = ops.reduceMean(sum, List.of(-1L), KeepDims.KEEP);
        output(ops.sub(sum, mean));
        TensorData before = run();
        assertThat(new RowsFirst())
                .on(model)
                .leaves(
                        "Transpose",
                        "MatMul",
                        "Softmax",
                        "MatMul",
                        "Flatten",
                        "Gather",
                        "MatMul",
                        "Flatten",
                        "Gather",
                        "Add",
                        "ReduceMean",
                        "Sub",
                        "Identity");
        assertThat(run()).isClose(before, 1e-6f);
    }

    @Test
    void reductionWithAxesAsInput_reducesTheSameAxis() {
        model.setOpset("", 18);
        Ops newer = new Ops(graph, 18);
        Value mean = newer.reduceMean(x, List.of(2L), KeepDims.KEEP);
        output(newer.sub(x, mean));
        TensorData before = run();
        assertThat(new RowsFirst()).on(model).leaves("Flatten", "Gather", "ReduceMean", "Sub", "Identity");
        assertThat(run()).isClose(before, 1e-6f);
    }

    @Test
    void gemmOfRows_isComputedForThose() {
        Value flat = ops.apply("Flatten", List.of(x), Map.of("axis", Attribute.of(-1)));
        Value product = ops.gemm(ops.tanh(flat), random(3, 4), random(3), Ops.Transposed.B);
        graph.addOutput(ops.gather(product, rows, 0));
        TensorData before = run();
        assertThat(new RowsFirst()).on(model).leaves("Flatten", "Gather", "Tanh", "Gemm", "Identity");
        assertThat(run()).isClose(before, 1e-6f);
    }

    @Test
    void resultThatIsReadElsewhereToo_staysWhole() {
        Value scores = ops.matMul(ops.relu(x), random(4, 5));
        graph.addOutput(scores);
        output(scores);
        assertThat(new RowsFirst()).on(model).doesNotFire();
    }

    @Test
    void operandThatIsReadElsewhereToo_isPickedFrom() {
        Value active = ops.relu(x);
        graph.addOutput(ops.neg(active));
        output(ops.matMul(active, random(4, 5)));
        assertThat(new RowsFirst()).on(model).leaves("Relu", "Neg", "Flatten", "Gather", "MatMul", "Identity");
    }

    @Test
    void operatorsAcrossRows_arePassedByNone() {
        output(ops.softmax(x, 1));
        output(ops.transpose(ops.relu(x), 1, 0, 2));
        output(ops.matMul(x, ops.transpose(x, 0, 2, 1)));
        output(ops.reduceSum(x, List.of(1L), KeepDims.KEEP));
        assertThat(new RowsFirst()).on(model).doesNotFire();
    }

    @Test
    void sumWithValuesOfOtherRows_isPassedByNone() {
        Value perPlace = graph.addInput("places", type(Dim.of("sequence"), Dim.of(4)));
        output(ops.add(x, perPlace));
        output(ops.mul(x, graph.addInput("texts", type(Dim.of("batch"), Dim.of(1), Dim.of(4)))));
        assertThat(new RowsFirst()).on(model).doesNotFire();
    }

    @Test
    void lookupByTableOfIds_staysAsItIs() {
        Value table = ops.tanh(graph.addInput("table", type(Dim.of(9), Dim.of(4))));
        Value ids = graph.addInput("ids", new TensorType(DType.INT64, Shape.of(Dim.of("batch"), Dim.of("sequence"))));
        graph.addOutput(ops.gather(table, ids, 0));
        assertThat(new RowsFirst()).on(model).doesNotFire();
    }

    private void output(Value value) {
        Value flat = ops.apply("Flatten", List.of(value), Map.of("axis", Attribute.of(-1)));
        graph.addOutput(ops.gather(flat, rows, 0));
    }

    private TensorData run() {
        Map<String, TensorData> inputs = Map.of("x", numbers(2, 3, 4), "rows", TensorData.vector(4L, 0L, -1L, 4L));
        return Objects.requireNonNull(
                Ort.run(model, inputs).get(graph.outputs().getFirst().name()));
    }

    private Value random(long... shape) {
        return ops.constant(numbers(shape));
    }

    private Value scalar(float number) {
        return ops.constant(TensorData.scalar(number));
    }

    private static TensorData numbers(long... shape) {
        TensorData data =
                TensorData.allocate(DType.FLOAT, Arrays.stream(shape).boxed().toList());
        Random random = new Random(shape.length * 31L + shape[0]);
        for (long i = 0; i < data.elementCount(); i++) {
            data.data().setAtIndex(TensorData.F32, i, (float) random.nextGaussian());
        }
        return data;
    }

    private static TensorType type(Dim... dims) {
        return new TensorType(DType.FLOAT, Shape.of(dims));
    }
}
