package io.sinter.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.VerificationException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Runs of a regression on y = 3·x₁ − 2·x₂ without noise. */
class TrainingRunTest {

    private final List<String> events = new ArrayList<>();

    private final TrainingListener listener = new TrainingListener() {
        @Override
        public void stepped(StepReport report) {
            events.add("step " + report.step());
        }

        @Override
        public void measured(long step, String metric, double value) {
            events.add(metric + " after " + step);
        }
    };

    private static TrainingGraph regression(TrainingOptions options) {
        Graph graph = new Graph("regression");
        Ops ops = new Ops(graph, 17);
        Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(Dim.of("rows"), Dim.of(2))));
        Value y = graph.addInput("y", new TensorType(DType.FLOAT, Shape.of(Dim.of("rows"), Dim.of(1))));
        Value w = graph.addInitializer("w", TensorData.of(List.of(2L, 1L), 0f, 0f));
        Value predicted = ops.matMul(x, w);
        graph.rename(predicted, "predicted");
        Value loss = new Loss.MeanSquaredError().emit(ops, predicted, y);
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        return TrainingGraph.of(model, loss, List.of(w), options);
    }

    private static Map<String, TensorData> batch(long number) {
        float[] x = new float[8];
        float[] y = new float[4];
        for (int i = 0; i < 8; i++) {
            x[i] = (float) Math.sin(number * 8.0 + i);
        }
        for (int row = 0; row < 4; row++) {
            y[row] = 3 * x[2 * row] - 2 * x[2 * row + 1];
        }
        return Map.of("x", TensorData.of(List.of(4L, 2L), x), "y", TensorData.of(List.of(4L, 1L), y));
    }

    /** What the model predicts for (1, 1), which should be 1. */
    private record AtOnes(Better better) implements DevMeasure {
        @Override
        public String metric() {
            return "prediction";
        }

        @Override
        public double measure(Forward forward) {
            Map<String, TensorData> inputs = Map.of("x", TensorData.of(List.of(1L, 2L), 1f, 1f));
            return Objects.requireNonNull(
                            forward.run(inputs, List.of("predicted")).get("predicted"))
                    .toFloatArray()[0];
        }
    }

    private static TrainingOptions sgd(double rate) {
        return new TrainingOptions(new Sgd(0, 0), Schedule.constant(rate));
    }

    private Trained run(Training training) {
        return TrainingRun.run(new OrtRuntime(), SessionOptions.DEFAULT, training, Optional.empty(), listener);
    }

    private static float[] weights(Trained trained) {
        return Objects.requireNonNull(trained.weights().get("w")).toFloatArray();
    }

    @Test
    void run_ofSolvableProblem_findsTheWeights() {
        Training training =
                new Training(regression(sgd(0.5)), TrainingRunTest::batch, Optional.empty(), RunOptions.of(200));
        Trained trained = run(training);
        assertThat(weights(trained)).containsExactly(new float[] {3, -2}, within(1e-4f));
        assertThat(trained.steps()).isEqualTo(200);
        assertThat(trained.stoppedEarly()).isFalse();
        assertThat(trained.best()).isEmpty();
    }

    @Test
    void dev_isMeasuredBeforeBetweenAndAfter_withTheWeightsOfThatMoment() {
        RunOptions options = new RunOptions(5, 1, 2, Optional.empty());
        Training training = new Training(
                regression(sgd(0.5)),
                TrainingRunTest::batch,
                Optional.of(new AtOnes(DevMeasure.Better.HIGHER)),
                options);
        Trained trained = run(training);
        assertThat(events)
                .containsExactly(
                        "prediction after 0",
                        "step 1",
                        "step 2",
                        "prediction after 2",
                        "step 3",
                        "step 4",
                        "prediction after 4",
                        "step 5",
                        "prediction after 5");
        assertThat(trained.best()).isPresent();
    }

    @Test
    void stopping_whenDevGetsNoBetter_goesBackToTheBestWeights() {
        RunOptions options = new RunOptions(100, 1, 1, Optional.of(new EarlyStopping(3)));
        Training training = new Training(
                regression(sgd(0.5)),
                TrainingRunTest::batch,
                Optional.of(new AtOnes(DevMeasure.Better.LOWER)),
                options);
        Trained trained = run(training);
        assertThat(trained.stoppedEarly()).isTrue();
        assertThat(trained.best()).hasValueSatisfying(best -> {
            assertThat(trained.steps()).isEqualTo(best.step() + 3);
            assertThat(weights(trained)[0] + weights(trained)[1]).isCloseTo((float) best.value(), within(1e-6f));
        });
    }

    @Test
    void loss_thatIsNoNumber_endsTheRunWithItsStep() {
        BatchSource source = number -> number < 2
                ? batch(number)
                : Map.of(
                        "x", TensorData.of(List.of(1L, 2L), Float.NaN, 1f),
                        "y", TensorData.of(List.of(1L, 1L), 1f));
        Training training = new Training(regression(sgd(0.5)), source, Optional.empty(), RunOptions.of(5));
        assertThatThrownBy(() -> run(training))
                .isInstanceOf(VerificationException.class)
                .hasMessageContaining("step 3: the loss is NaN");
        assertThat(events).containsExactly("step 1", "step 2");
    }

    @Test
    void stopping_withoutHeldOutData_isRefused() {
        RunOptions options = new RunOptions(5, 1, 1, Optional.of(new EarlyStopping(3)));
        assertThatThrownBy(() -> new Training(regression(sgd(0.5)), TrainingRunTest::batch, Optional.empty(), options))
                .hasMessageContaining("nothing is measured");
    }
}
