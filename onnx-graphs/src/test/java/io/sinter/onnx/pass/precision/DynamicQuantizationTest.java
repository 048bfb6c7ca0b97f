package io.sinter.onnx.pass.precision;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.Ort;
import io.sinter.onnx.pass.PassResult;
import io.sinter.onnx.pass.Prune;
import io.sinter.tensor.DType;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DynamicQuantizationTest {

    private static final long WIDTH = 48;
    private static final long SEED = 20_261_123;

    private final Graph graph = new Graph("g");
    private final Ops ops = new Ops(graph, 17);
    private final Random random = new Random(SEED);
    private final Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(Dim.of("n"), Dim.of(WIDTH))));

    private TensorData random(long... shape) {
        List<Long> extents = Arrays.stream(shape).boxed().toList();
        float[] values = new float[Math.toIntExact(TensorData.elementCount(extents))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return TensorData.of(extents, values);
    }

    private Model model() {
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        MicrosoftOps.importInto(model);
        return model;
    }

    /** Runs the pass; the output y must point where it did, row by row. */
    private PassResult quantise(Skip skip) {
        Map<String, TensorData> inputs = Map.of("x", random(5, WIDTH));
        TensorData expected =
                flat(Objects.requireNonNull(Ort.run(model(), inputs).get("y")));
        Model model = model();
        PassResult result = new DynamicQuantization(skip).run(model);
        new Prune().run(model);
        assertThat(Verifier.check(model)).isEmpty();
        TensorData actual = flat(Objects.requireNonNull(Ort.run(model, inputs).get("y")));
        assertThat(Arrays.stream(Rows.cosine(actual, expected)).min().orElse(0))
                .as("seed %d", SEED)
                .isGreaterThan(0.995);
        return result;
    }

    private static TensorData flat(TensorData data) {
        return data.reshape(List.of(data.elementCount() / data.dim(-1), data.dim(-1)));
    }

    private void output(Value value) {
        graph.rename(value, "y");
        graph.addOutput(value);
    }

    private long count(String opType) {
        return graph.nodes().stream().filter(n -> n.opType().equals(opType)).count();
    }

    @Test
    void productsOfOneActivation_roundItOnce() {
        Value first = ops.matMul(x, ops.constant("a", random(WIDTH, WIDTH)));
        Value second = ops.matMul(x, ops.constant("b", random(WIDTH, WIDTH)));
        output(ops.add(first, second));

        PassResult result = quantise(Skip.NONE);

        assertThat(result.changes()).hasSize(2);
        assertThat(count("DynamicQuantizeLinear")).isEqualTo(1);
        assertThat(count("MatMulInteger")).isEqualTo(2);
    }

    @Test
    void weightOfSeveralProducts_isRoundedOnce() {
        Value w = ops.constant("w", random(WIDTH, WIDTH));
        output(ops.matMul(ops.matMul(x, w), w));

        quantise(Skip.NONE);

        assertThat(graph.initializers()).extracting(Value::name).containsExactlyInAnyOrder("w_int8", "w_scale");
    }

    @Test
    void gemm_keepsBiasAlphaAndBeta() {
        Map<String, Attribute> attributes =
                Map.of("transB", Attribute.of(1), "alpha", Attribute.of(2f), "beta", Attribute.of(0.5f));
        Value w = ops.constant("w", random(32, WIDTH));
        output(ops.apply("Gemm", List.of(x, w, ops.constant("c", random(32))), attributes));

        assertThat(quantise(Skip.NONE).changes()).hasSize(1);
    }

    @Test
    void transposedTable_isAFactorToo() {
        Value words = ops.constant("words", random(70, WIDTH));
        output(ops.matMul(x, ops.transpose(words, 1, 0)));

        assertThat(quantise(Skip.NONE).changes()).hasSize(1);
        assertThat(count("Transpose")).isZero();
    }

    @Test
    void fusedAttention_becomesQAttention() {
        Value hidden = ops.unsqueeze(x, 0);
        Value attended = new MicrosoftOps(ops)
                .attention(
                        hidden,
                        ops.constant("qkv", random(WIDTH, 3 * WIDTH)),
                        ops.constant("bias", random(3 * WIDTH)),
                        MicrosoftOps.Masking.NONE,
                        MicrosoftOps.Heads.of(4));
        output(attended);

        quantise(Skip.NONE);

        assertThat(count("QAttention")).isEqualTo(1);
    }

    @Test
    void skippedWeight_staysFloat() {
        Value first = ops.matMul(x, ops.constant("layer.0.weight", random(WIDTH, WIDTH)));
        output(ops.matMul(first, ops.constant("layer.1.weight", random(WIDTH, WIDTH))));

        PassResult result = quantise(new Skip(List.of("layer.1.*")));

        assertThat(result.refusals()).singleElement().asString().contains("it is to be skipped");
        assertThat(count("MatMul")).isEqualTo(1);
    }

    @Test
    void weightThatIsNotFinite_isRefused() {
        TensorData broken = random(WIDTH, WIDTH);
        broken.data().setAtIndex(TensorData.F32, 3, Float.POSITIVE_INFINITY);
        graph.addOutput(ops.matMul(x, ops.constant("broken", broken)));

        assertThat(new DynamicQuantization(Skip.NONE).run(model()).refusals())
                .singleElement()
                .asString()
                .contains("\"broken\" has elements that are not finite");
    }

    @Test
    void productOfTwoActivations_isLeftAlone() {
        output(ops.matMul(x, ops.transpose(x, 1, 0)));

        assertThat(new DynamicQuantization(Skip.NONE).run(model())).isEqualTo(PassResult.of(List.of()));
    }
}
