package io.sinter.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.onnx.autodiff.Gradient;
import io.sinter.onnx.autodiff.Gradients;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Losses that are in no golden file, by their formulas. */
class LossTest {

    @Test
    void ranking_ofCosinesAndScores_isTheLogarithmOverPairsInOrder() {
        float[] cosines = {0.9f, 0.2f, 0.5f, 0.4f};
        float[] scores = {1, 3, 3, 0};
        double sum = 1;
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                sum += scores[i] > scores[j] ? Math.exp(20.0 * (cosines[j] - cosines[i])) : 0;
            }
        }
        Result result = run(new Loss.Ranking(20), TensorData.vector(cosines), TensorData.vector(scores));
        assertThat(result.loss).isCloseTo(Math.log(sum), within(1e-4));
        double[] expected = new double[4];
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                if (scores[i] > scores[j]) {
                    double share = Math.exp(20.0 * (cosines[j] - cosines[i])) / sum * 20;
                    expected[j] += share;
                    expected[i] -= share;
                }
            }
        }
        for (int i = 0; i < 4; i++) {
            assertThat(result.gradient.get(i)).isCloseTo((float) expected[i], within(1e-3f));
        }
    }

    @Test
    void ranking_ofEqualScores_isZeroWithoutGradient() {
        Result result = run(new Loss.Ranking(20), TensorData.vector(0.1f, 0.9f), TensorData.vector(2f, 2f));
        assertThat(result.loss).isZero();
        assertThat(result.gradient).containsExactly(0f, 0f);
    }

    @Test
    void ranking_ofALargeScale_isFinite() {
        Result result = run(new Loss.Ranking(1000), TensorData.vector(1f, -1f), TensorData.vector(0f, 1f));
        assertThat(result.loss).isCloseTo(2000, within(1e-2));
        assertThat(result.gradient).containsExactly(1000f, -1000f);
    }

    @Test
    void cosineEmbedding_ofAlikeAndUnlikePairs_isPyTorchs() {
        Result result = run(
                new Loss.CosineEmbedding(0.25),
                TensorData.vector(0.5f, 0.5f, 0.125f, -1f),
                TensorData.vector(1f, -1f, 0f, 1f));
        assertThat(result.loss).isCloseTo((0.5 + 0.25 + 0 + 2) / 4, within(1e-6));
        assertThat(result.gradient).containsExactly(-0.25f, 0.25f, 0f, -0.25f);
    }

    @Test
    void triplet_ofUnitVectors_isTheMeanOfWhatIsLackingToTheMargin() {
        TensorData anchors = TensorData.of(List.of(2L, 2L), new float[] {1, 0, 0, 2});
        // Cosines 0.6 and 1 with the positives, 0.8 and 0 with the negatives.
        TensorData others = TensorData.of(List.of(4L, 2L), new float[] {3, 4, 0, 5, 8, 6, 7, 0});
        Result result = run(new Loss.Triplet(0.5), anchors, others);
        assertThat(result.loss).isCloseTo((0.8 - 0.6 + 0.5) / 2, within(1e-6));
        assertThat(result.gradient.get(0)).isCloseTo(0, within(1e-6f));
        assertThat(result.gradient.get(1)).isCloseTo((0.6f - 0.8f) / 2, within(1e-6f));
        assertThat(result.gradient.get(2)).isZero();
    }

    @Test
    void numbers_outOfRange_areRefused() {
        assertThatThrownBy(() -> new Loss.Ranking(0)).hasMessageContaining("scale: got 0.0");
        assertThatThrownBy(() -> new Loss.Triplet(Double.NaN)).hasMessageContaining("margin: got NaN");
        assertThatThrownBy(() -> new Loss.CosineEmbedding(1)).hasMessageContaining("margin: got 1.0");
    }

    /** A loss and its gradient with respect to the output. */
    private record Result(double loss, List<Float> gradient) {}

    private static Result run(Loss loss, TensorData output, TensorData target) {
        Graph graph = new Graph("loss");
        Ops ops = new Ops(graph, 17);
        Value given = graph.addInput("output", TensorType.of(output));
        Value made = loss.emit(ops, given, graph.addInput("target", TensorType.of(target)));
        List<Gradient> gradients = Gradients.of(ops, made, List.of(given));
        Value slope = ops.identity(gradients.getFirst().asValue(ops, given));
        graph.rename(made, "loss");
        graph.rename(slope, "gradient");
        graph.addOutput(made);
        graph.addOutput(slope);
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        try (Session session = new OrtRuntime().open(model, SessionOptions.DEFAULT)) {
            Map<String, TensorData> results =
                    session.run(Map.of("output", output, "target", target), List.of("loss", "gradient"));
            return new Result(
                    Objects.requireNonNull(results.get("loss")).toFloatArray()[0],
                    list(Objects.requireNonNull(results.get("gradient")).toFloatArray()));
        }
    }

    private static List<Float> list(float[] values) {
        List<Float> list = new ArrayList<>();
        for (float value : values) {
            list.add(value);
        }
        return list;
    }
}
