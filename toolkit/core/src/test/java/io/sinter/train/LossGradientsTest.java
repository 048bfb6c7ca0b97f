package io.sinter.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.onnx.autodiff.Gradient;
import io.sinter.onnx.autodiff.Gradients;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Losses of whole batches against their formulas in float64, and gradients against central differences of the formulas. */
class LossGradientsTest {

    private static final long SEED = 11;

    private static final double STEP = 1e-5;

    /** What a graph computed. */
    private record Computed(double loss, TensorData gradient) {}

    private static Computed run(Loss loss, TensorData output, TensorData target) {
        Graph graph = new Graph("loss");
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        Ops ops = new Ops(graph, 17);
        Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(output.shape())));
        Value y = graph.addInput("y", new TensorType(target.dtype(), Shape.of(target.shape())));
        Value result = loss.emit(ops, x, y);
        Gradient gradient = Gradients.of(ops, result, List.of(x)).getFirst();
        Value slope = ((Gradient.Computed) gradient).value();
        graph.rename(result, "loss");
        graph.rename(slope, "slope");
        graph.addOutput(result);
        graph.addOutput(slope);
        try (Session session = new OrtRuntime().open(model, SessionOptions.DEFAULT)) {
            Map<String, TensorData> results = session.run(Map.of("x", output, "y", target), List.of("loss", "slope"));
            return new Computed(
                    Objects.requireNonNull(results.get("loss")).toFloatArray()[0],
                    Objects.requireNonNull(results.get("slope")));
        }
    }

    private static void check(Loss loss, TensorData output, TensorData target, ToDoubleFunction<double[]> formula) {
        double[] at = doubles(output);
        Computed computed = run(loss, output, target);
        assertThat(computed.loss).as("seed %d", SEED).isCloseTo(formula.applyAsDouble(at), within(1e-5));
        for (int i = 0; i < at.length; i++) {
            double[] up = at.clone();
            double[] down = at.clone();
            up[i] += STEP;
            down[i] -= STEP;
            double slope = (formula.applyAsDouble(up) - formula.applyAsDouble(down)) / (2 * STEP);
            assertThat((double) computed.gradient.toFloatArray()[i])
                    .as("element %d, seed %d", i, SEED)
                    .isCloseTo(slope, within(2e-5));
        }
    }

    private static double[] doubles(TensorData tensor) {
        float[] floats = tensor.toFloatArray();
        return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
    }

    private static TensorData random(long seed, long... shape) {
        Random random = new Random(SEED + seed);
        List<Long> extents = Arrays.stream(shape).boxed().toList();
        float[] values = new float[(int) TensorData.elementCount(extents)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return TensorData.of(extents, values);
    }

    private static double cosine(double[] a, int i, double[] b, int j, int width) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int k = 0; k < width; k++) {
            ab += a[i * width + k] * b[j * width + k];
            aa += a[i * width + k] * a[i * width + k];
            bb += b[j * width + k] * b[j * width + k];
        }
        return ab / Math.sqrt(aa * bb);
    }

    /** −ln of the share that score i has among n. */
    private static double surprise(IntToDoubleFunction score, int i, int n) {
        return Math.log(IntStream.range(0, n)
                        .mapToDouble(j -> Math.exp(score.applyAsDouble(j)))
                        .sum())
                - score.applyAsDouble(i);
    }

    @Test
    void infoNce_withFurtherNegatives_isTheCrossEntropyOfCosines() {
        TensorData target = random(2, 5, 4);
        double[] b = doubles(target);
        check(
                new Loss.InfoNce(0.5),
                random(1, 3, 4),
                target,
                a -> IntStream.range(0, 3)
                        .mapToDouble(i -> surprise(j -> cosine(a, i, b, j, 4) / 0.5, i, 5))
                        .average()
                        .orElseThrow());
    }

    @Test
    void infoNce_inBothDirections_isTheMeanOfBoth() {
        TensorData target = random(2, 5, 4);
        double[] b = doubles(target);
        Loss both = new Loss.InfoNce(0.5, Loss.InfoNce.Direction.BOTH);
        check(
                both,
                random(1, 3, 4),
                target,
                a -> IntStream.range(0, 3)
                        .mapToDouble(i -> surprise(j -> cosine(a, i, b, j, 4) / 0.5, i, 5) / 2
                                + surprise(j -> cosine(a, j, b, i, 4) / 0.5, i, 3) / 2)
                        .average()
                        .orElseThrow());
    }

    @Test
    void binaryCrossEntropy_ofScores_isTheFormula() {
        TensorData target = TensorData.of(List.of(2L, 3L), 1f, 0, 0, 1, 1, 0);
        double[] y = doubles(target);
        check(
                new Loss.BinaryCrossEntropy(),
                random(3, 2, 3),
                target,
                x -> IntStream.range(0, 6)
                        .mapToDouble(i -> -y[i] * Math.log(sigmoid(x[i])) - (1 - y[i]) * Math.log(1 - sigmoid(x[i])))
                        .average()
                        .orElseThrow());
    }

    @Test
    void binaryCrossEntropy_ofLargeScores_isFinite() {
        Computed computed = run(new Loss.BinaryCrossEntropy(), TensorData.vector(200f, -200), TensorData.vector(0f, 1));
        assertThat(computed.loss).isEqualTo(200);
        assertThat(computed.gradient.toFloatArray()).containsExactly(0.5f, -0.5f);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Test
    void similarities_ofOtherWidth_compareAllPairsOfRows() {
        TensorData target = random(5, 3, 6);
        double[] b = doubles(target);
        check(
                new Loss.Similarities(),
                random(4, 3, 4),
                target,
                a -> IntStream.range(0, 9)
                        .mapToDouble(
                                ij -> Math.pow(cosine(a, ij / 3, a, ij % 3, 4) - cosine(b, ij / 3, b, ij % 3, 6), 2))
                        .average()
                        .orElseThrow());
    }
}
