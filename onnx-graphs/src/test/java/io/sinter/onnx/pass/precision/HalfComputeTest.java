package io.sinter.onnx.pass.precision;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.Ort;
import io.sinter.onnx.pass.PassResult;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HalfComputeTest {

    private static final long WIDTH = 16;

    private final Graph graph = new Graph("g");
    private final Ops ops = new Ops(graph, 17);
    private final Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(Dim.of("n"), Dim.of(WIDTH))));

    private Model model() {
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        MicrosoftOps.importInto(model);
        return model;
    }

    private PassResult run() {
        return run(HalfType.FLOAT16, Skip.NONE);
    }

    private PassResult run(HalfType half, Skip skip) {
        Model model = model();
        PassResult result = new HalfCompute(half, skip).run(model);
        assertThat(Verifier.check(model)).isEmpty();
        return result;
    }

    private static TensorData filled(float value, long... shape) {
        TensorData data = TensorData.allocate(
                DType.FLOAT, java.util.Arrays.stream(shape).boxed().toList());
        for (long i = 0; i < data.elementCount(); i++) {
            data.data().setAtIndex(TensorData.F32, i, value);
        }
        return data;
    }

    private static DType type(Value value) {
        return Objects.requireNonNull(value.type()).dtype();
    }

    private Value weight(String name) {
        return ops.constant(name, filled(0.5f, WIDTH, WIDTH));
    }

    @Test
    void outputOfHalfNode_staysFloatUnderItsName() {
        Value y = ops.matMul(x, weight("w"));
        graph.rename(y, "y");
        graph.addOutput(y);

        run();

        assertThat(graph.outputs()).singleElement().satisfies(output -> {
            assertThat(output.name()).isEqualTo("y");
            assertThat(type(output)).isEqualTo(DType.FLOAT);
        });
        assertThat(type(y)).isEqualTo(DType.FLOAT16);
    }

    @Test
    void weightOfSeveralNodes_isStoredOnce() {
        Value w = weight("w");
        graph.addOutput(ops.add(ops.matMul(x, w), ops.matMul(ops.relu(x), w)));

        run();

        assertThat(graph.initializers()).singleElement().satisfies(only -> {
            assertThat(only.name()).isEqualTo("w");
            assertThat(type(only)).isEqualTo(DType.FLOAT16);
        });
    }

    /** A large weight that is read in both types is stored in 16 bits, and cast for the other reader. */
    @Test
    void weightReadInBothTypes_isStoredOnce() {
        Value w = ops.constant("w", filled(0.5f, 32, WIDTH));
        graph.addOutput(ops.matMul(x, ops.transpose(w, 1, 0)));
        graph.addOutput(ops.reduceSum(w, List.of(0L), KeepDims.KEEP));

        run();

        assertThat(graph.initializers().stream().filter(v -> v.name().startsWith("w")))
                .singleElement()
                .satisfies(only -> assertThat(type(only)).isEqualTo(DType.FLOAT16));
    }

    @Test
    void softmax_takesAndGivesFloat() {
        Value probabilities = ops.softmax(ops.matMul(x, weight("w")), -1);
        graph.addOutput(ops.matMul(probabilities, weight("v")));

        run();

        Node softmax = Objects.requireNonNull(probabilities.producer());
        assertThat(type(Objects.requireNonNull(softmax.input(0)))).isEqualTo(DType.FLOAT);
        assertThat(type(probabilities)).isEqualTo(DType.FLOAT);
    }

    /** A mask of −3.4e38 would be −∞ in binary16, and a row of only such a mask NaN after the softmax. */
    @Test
    void maskBeyondTheRange_isAddedInFloat() {
        Value hidden = ops.constant("lowest", TensorData.scalar(-Float.MAX_VALUE));
        Value mask = ops.mul(x, hidden);
        Value scores = ops.add(ops.matMul(x, weight("w")), mask);
        Value y = ops.softmax(scores, -1);
        graph.rename(y, "y");
        graph.addOutput(y);

        run();

        assertThat(type(scores)).isEqualTo(DType.FLOAT);
        TensorData ones = filled(1, 2, WIDTH);
        float[] computed = Objects.requireNonNull(
                        Ort.run(model(), Map.of("x", ones)).get("y"))
                .toFloatArray();
        assertThat(computed).containsOnly(1f / WIDTH);
    }

    @Test
    void weightBeyondTheRange_isReportedAndStaysFloat() {
        TensorData large = filled(0.5f, WIDTH, WIDTH);
        large.data().setAtIndex(TensorData.F32, 7, 70_000f);
        Value w = ops.constant("large", large);
        Value y = ops.matMul(x, w);
        graph.addOutput(y);

        PassResult result = run();

        assertThat(result.refusals())
                .singleElement()
                .asString()
                .contains("\"large\" has numbers beyond 65504.0, the largest of FLOAT16");
        assertThat(type(w)).isEqualTo(DType.FLOAT);
        assertThat(type(y)).isEqualTo(DType.FLOAT);
        assertThat(run(HalfType.BFLOAT16, Skip.NONE).changes()).hasSize(1);
    }

    @Test
    void epsilonThatWouldVanish_isAddedInFloat() {
        Value product = ops.matMul(x, weight("w"));
        Value sum = ops.add(product, ops.constant("epsilon", TensorData.scalar(1e-12f)));
        graph.addOutput(sum);

        run();

        assertThat(type(product)).isEqualTo(DType.FLOAT16);
        assertThat(type(sum)).isEqualTo(DType.FLOAT);
    }

    @Test
    void skippedNode_staysFloat() {
        Value first = ops.matMul(x, weight("encoder.layer.0.weight"));
        Value second = ops.matMul(first, weight("encoder.layer.1.weight"));
        graph.addOutput(second);

        PassResult result = run(HalfType.FLOAT16, new Skip(List.of("encoder.layer.1.*")));

        assertThat(result.changes()).hasSize(1);
        assertThat(result.refusals()).hasSize(1);
        assertThat(type(first)).isEqualTo(DType.FLOAT16);
        assertThat(type(second)).isEqualTo(DType.FLOAT);
    }

    /** Fused attention adds the mask to scores that it keeps to itself: the mask is held to what 16 bits can hold. */
    @Test
    void maskOfFusedAttention_isHeldInRange() {
        Value hidden = ops.unsqueeze(ops.matMul(x, weight("w")), 0);
        Value mask = ops.mul(
                ops.constant("zeros", filled(0, 1, 1, 1, 1)),
                ops.constant("lowest", TensorData.scalar(-Float.MAX_VALUE)));
        Value attended = new MicrosoftOps(ops)
                .multiHeadAttention(
                        hidden, hidden, hidden, new MicrosoftOps.Masking(null, mask), MicrosoftOps.Heads.of(2));
        graph.addOutput(attended);

        run();

        assertThat(type(attended)).isEqualTo(DType.FLOAT16);
        Node attention = Objects.requireNonNull(attended.producer());
        Node cast = Objects.requireNonNull(
                Objects.requireNonNull(attention.input(5)).producer());
        assertThat(Objects.requireNonNull(Objects.requireNonNull(cast.input(0)).producer())
                        .opType())
                .isEqualTo("Clip");
    }

    /** The CUDA provider has no bfloat16 attention. */
    @Test
    void attentionInBfloat16_staysFloat() {
        Value hidden = ops.unsqueeze(ops.matMul(x, weight("w")), 0);
        Value attended = new MicrosoftOps(ops)
                .multiHeadAttention(hidden, hidden, hidden, MicrosoftOps.Masking.NONE, MicrosoftOps.Heads.of(2));
        graph.addOutput(attended);

        run(HalfType.BFLOAT16, Skip.NONE);

        assertThat(type(attended)).isEqualTo(DType.FLOAT);
        assertThat(type(hidden)).isEqualTo(DType.BFLOAT16);
    }

    @Test
    void castsToFloat_followTheirOperand() {
        Node node = new Node("", "Cast", List.of(ops.matMul(x, weight("w"))), Map.of("to", Attribute.of(1)));
        Value cast = graph.addNode(node, List.of("same")).output();
        graph.addOutput(ops.matMul(cast, weight("v")));

        run();

        assertThat(type(cast)).isEqualTo(DType.FLOAT16);
    }
}
