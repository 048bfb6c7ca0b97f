package io.sinter.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.error.VerificationException;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Optimisers, clipping, schedules and what stops a training, on a model of two numbers: loss = Σ w·x. */
class TrainingTest {

    private final Graph graph = new Graph("tiny");
    private final Ops ops = new Ops(graph, 17);

    private TrainingGraph tiny(Optimizer optimizer, Schedule schedule, double clip) {
        Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(2)));
        Value w = graph.addInitializer("w", TensorData.vector(1f, 2f));
        Value loss = ops.reduceSum(ops.mul(w, x), List.of(0L), KeepDims.DROP);
        return TrainingGraph.of(model(), loss, List.of(w), new TrainingOptions(optimizer, schedule, clip));
    }

    private Model model() {
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        return model;
    }

    private static TrainingStep open(TrainingGraph training) {
        return SteppedTraining.open(new OrtRuntime(), training, SessionOptions.DEFAULT);
    }

    private static float[] weights(TrainingStep run) {
        return Objects.requireNonNull(run.state().get("w")).toFloatArray();
    }

    private static Map<String, TensorData> batch(float first, float second) {
        return Map.of("x", TensorData.vector(first, second));
    }

    @Test
    void sgd_withMomentumAndDecay_movesAsPyTorch() {
        try (TrainingStep run = open(tiny(new Sgd(0.9, 0.1), Schedule.constant(0.5), Double.POSITIVE_INFINITY))) {
            StepReport report = run.step(batch(3, 4));
            assertThat(report).isEqualTo(new StepReport(1, 11, 5, 0.5));
            // b = g + 0.1·w = (3.1, 4.2)
            assertThat(weights(run)).containsExactly(new float[] {1 - 1.55f, 2 - 2.1f}, within(1e-6f));
            run.step(batch(0, 0));
            // b = 0.9·b + 0.1·w = (2.735, 3.77)
            assertThat(weights(run)).containsExactly(new float[] {-0.55f - 1.3675f, -0.1f - 1.885f}, within(1e-6f));
        }
    }

    @Test
    void clipping_ofLongGradient_shortensItToTheNorm() {
        try (TrainingStep run = open(tiny(new Sgd(0, 0), Schedule.constant(1), 1))) {
            assertThat(run.step(batch(3, 4)).gradientNorm()).isEqualTo(5);
            assertThat(weights(run)).containsExactly(new float[] {1 - 0.6f, 2 - 0.8f}, within(1e-6f));
            run.step(batch(0.3f, 0.4f));
            assertThat(weights(run)).containsExactly(new float[] {0.4f - 0.3f, 1.2f - 0.4f}, within(1e-6f));
        }
    }

    @Test
    void training_resumed_goesOnBitForBit() {
        TrainingGraph training = tiny(AdamW.DEFAULT, new Schedule(Schedule.Decay.COSINE, 0.1, 1, 4), 1);
        float[] whole;
        Map<String, TensorData> half;
        try (TrainingStep run = open(training)) {
            run.step(batch(1, -1));
            run.step(batch(2, 5));
            half = Map.copyOf(run.state());
            try (TrainingStep resumed =
                    SteppedTraining.resume(new OrtRuntime(), training, SessionOptions.DEFAULT, half)) {
                run.step(batch(-3, 1));
                whole = weights(run);
                assertThat(resumed.step(batch(-3, 1)).step()).isEqualTo(3);
                assertThat(weights(resumed)).containsExactly(whole);
            }
        }
    }

    @Test
    void loss_thatIsNoNumber_stopsWithItsStepAndKeepsTheState() {
        try (TrainingStep run = open(tiny(AdamW.DEFAULT, Schedule.constant(0.1), 1))) {
            run.step(batch(1, 1));
            float[] before = weights(run);
            assertThatThrownBy(() -> run.step(batch(Float.NaN, 1)))
                    .isInstanceOf(VerificationException.class)
                    .hasMessageContaining("step 2: the loss is NaN");
            assertThat(weights(run)).containsExactly(before);
            assertThat(run.step(batch(1, 1)).step()).isEqualTo(2);
        }
    }

    @Test
    void gradient_thatIsInfinite_isNamed() {
        Value w = graph.addInitializer("encoder.weight", TensorData.vector(0f, 4f));
        Value loss = ops.reduceSum(ops.sqrt(w), List.of(0L), KeepDims.DROP);
        TrainingOptions options = new TrainingOptions(AdamW.DEFAULT, Schedule.constant(0.1));
        try (TrainingStep run = open(TrainingGraph.of(model(), loss, List.of(w), options))) {
            assertThatThrownBy(() -> run.step(Map.of()))
                    .isInstanceOf(VerificationException.class)
                    .hasMessageContaining("step 1: the gradient of \"encoder.weight\" is Infinity");
        }
    }

    @Test
    void parameters_thatLossDoesNotRead_areRefused() {
        Value w = graph.addInitializer("w", TensorData.vector(1f));
        Value other = graph.addInitializer("other", TensorData.vector(1f));
        Value loss = ops.reduceSum(w, List.of(0L), KeepDims.DROP);
        TrainingOptions options = new TrainingOptions(AdamW.DEFAULT, Schedule.constant(0.1));
        assertThatThrownBy(() -> TrainingGraph.of(model(), loss, List.of(other), options))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("the loss depends on none of the 1 parameters");
    }

    @ParameterizedTest
    @CsvSource({
        "CONSTANT, 0, 0",
        "CONSTANT, 1, 0.1",
        "CONSTANT, 2, 0.2",
        "CONSTANT, 9, 0.2",
        "LINEAR, 1, 0.1",
        "LINEAR, 2, 0.2",
        "LINEAR, 4, 0.15",
        "LINEAR, 10, 0",
        "LINEAR, 12, 0",
        "COSINE, 2, 0.2",
        "COSINE, 4, 0.170710678118",
        "COSINE, 6, 0.1",
        "COSINE, 10, 0",
        "COSINE, 11, 0"
    })
    void schedule_ofTenSteps_isTransformers(Schedule.Decay decay, long done, double expected) {
        Value step = graph.addInput("done", new TensorType(DType.INT64, Shape.of(List.of())));
        Value rate = new Schedule(decay, 0.2, 2, 10).rate(ops, step);
        graph.addOutput(rate);
        try (Session session = new OrtRuntime().open(model(), SessionOptions.DEFAULT)) {
            TensorData got = session.run(Map.of("done", TensorData.scalar(done)), rate.name());
            assertThat(got.data().get(TensorData.F64, 0)).isCloseTo(expected, within(1e-12));
        }
    }

    @Test
    void crossEntropy_withoutLabels_is0() {
        Value scores = graph.addInitializer("scores", TensorData.of(List.of(2L, 3L), 1f, 2f, 3f, 4f, 5f, 6f));
        Value labels = ops.constant(TensorData.vector(-100L, -100L));
        Value loss = new Loss.CrossEntropy(-100).emit(ops, scores, labels);
        TrainingOptions options = new TrainingOptions(new Sgd(0, 0), Schedule.constant(1));
        try (TrainingStep run = open(TrainingGraph.of(model(), loss, List.of(scores), options))) {
            StepReport report = run.step(Map.of());
            assertThat(report.loss()).isZero();
            assertThat(report.gradientNorm()).isZero();
        }
    }
}
