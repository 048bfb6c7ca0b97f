package io.sinter.train;

import static java.util.Objects.requireNonNull;
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
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A regression whose batches come whole, or in parts. */
class AccumulationTest {

    private static TrainingGraph graph(Optimizer optimizer, int accumulate) {
        Graph graph = new Graph("regression");
        Ops ops = new Ops(graph, 17);
        Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(Dim.of("rows"), Dim.of(3))));
        Value y = graph.addInput("y", new TensorType(DType.FLOAT, Shape.of(Dim.of("rows"), Dim.of(2))));
        Value w = graph.addInitializer("w", TensorData.of(List.of(3L, 2L), 0.1f, -0.2f, 0.3f, 0.4f, -0.5f, 0.6f));
        Value b = graph.addInitializer("b", TensorData.vector(0.5f, -0.5f));
        Value loss = new Loss.MeanSquaredError().emit(ops, ops.tanh(ops.add(ops.matMul(x, w), b)), y);
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        Schedule schedule = new Schedule(Schedule.Decay.LINEAR, 0.05, 2, 20);
        return TrainingGraph.of(
                model, loss, List.of(w, b), new TrainingOptions(optimizer, schedule, 0.3, accumulate, 1));
    }

    /** Rows from a number on. */
    private static Map<String, TensorData> rows(long from, int count) {
        float[] x = new float[3 * count];
        float[] y = new float[2 * count];
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < 3; k++) {
                x[3 * i + k] = (float) Math.sin(7.0 * (from + i) + k);
            }
            y[2 * i] = x[3 * i];
            y[2 * i + 1] = -x[3 * i + 1];
        }
        return Map.of(
                "x", TensorData.of(List.of((long) count, 3L), x), "y", TensorData.of(List.of((long) count, 2L), y));
    }

    private static Trained run(Optimizer optimizer, int parts, List<StepReport> reports) {
        BatchSource batches = number -> rows(number * (12 / parts), 12 / parts);
        Training training = new Training(graph(optimizer, parts), batches, Optional.empty(), RunOptions.of(10));
        TrainingListener listener = new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
                reports.add(report);
            }
        };
        return TrainingRun.run(new OrtRuntime(), SessionOptions.DEFAULT, training, Optional.empty(), listener);
    }

    @Test
    void parts_ofABatch_moveParametersAsTheWholeDoes() {
        for (Optimizer optimizer : List.of(AdamW.DEFAULT, new Sgd(0.9, 0.01))) {
            List<StepReport> expected = new ArrayList<>();
            Trained whole = run(optimizer, 1, expected);
            for (int parts : new int[] {2, 3, 4}) {
                List<StepReport> reports = new ArrayList<>();
                Trained trained = run(optimizer, parts, reports);
                trained.weights()
                        .forEach((name, tensor) -> assertThat(tensor.toFloatArray())
                                .as(name)
                                .containsExactly(
                                        requireNonNull(whole.weights().get(name))
                                                .toFloatArray(),
                                        within(2e-5f)));
                for (int i = 0; i < reports.size(); i++) {
                    assertThat(reports.get(i).loss()).isCloseTo(expected.get(i).loss(), within(1e-5));
                    assertThat(reports.get(i).gradientNorm())
                            .isCloseTo(expected.get(i).gradientNorm(), within(1e-5));
                    assertThat(reports.get(i).rate()).isEqualTo(expected.get(i).rate());
                    assertThat(reports.get(i).step()).isEqualTo(i + 1);
                }
            }
        }
    }

    @Test
    void part_whoseLossIsNoNumber_stopsTheStep_andKeepsTheState() {
        TrainingGraph graph = graph(AdamW.DEFAULT, 2);
        try (TrainingStep step = TrainingStep.open(new OrtRuntime(), graph, SessionOptions.DEFAULT, graph.start())) {
            step.step(List.of(rows(0, 4), rows(4, 4)));
            float[] before = requireNonNull(step.state().get("b")).toFloatArray();
            Map<String, TensorData> bad = Map.of(
                    "x",
                    TensorData.of(List.of(1L, 3L), Float.NaN, 1f, 1f),
                    "y",
                    TensorData.of(List.of(1L, 2L), 1f, 1f));
            assertThatThrownBy(() -> step.step(List.of(rows(0, 4), bad)))
                    .isInstanceOf(VerificationException.class)
                    .hasMessageContaining("step 2: the loss is NaN");
            assertThat(requireNonNull(step.state().get("b")).toFloatArray()).containsExactly(before);
            assertThat(step.step(List.of(rows(0, 4), rows(4, 4))).step()).isEqualTo(2);
        }
    }

    @Test
    void numberOfBatches_otherThanTheGraphs_isRefused() {
        TrainingGraph graph = graph(AdamW.DEFAULT, 2);
        try (TrainingStep step = TrainingStep.open(new OrtRuntime(), graph, SessionOptions.DEFAULT, graph.start())) {
            assertThatThrownBy(() -> step.step(rows(0, 4))).hasMessageContaining("got 1, expected 2");
        }
        assertThatThrownBy(() -> SteppedTraining.open(new OrtRuntime(), graph, SessionOptions.DEFAULT))
                .hasMessageContaining("several batches");
    }

    @Test
    void decay_ofMatrices_leavesBiasesAlone() {
        for (Optimizer optimizer :
                List.of(new AdamW(0.9, 0.999, 1e-8, 0.5, Decayed.MATRICES), new Sgd(0, 0.5, Decayed.MATRICES))) {
            TrainingGraph graph = graph(optimizer, 1);
            TrainingGraph none = graph(optimizer instanceof AdamW ? new AdamW(0.9, 0.999, 1e-8, 0) : new Sgd(0, 0), 1);
            Map<String, TensorData> decayed = afterTwoSteps(graph);
            Map<String, TensorData> free = afterTwoSteps(none);
            assertThat(requireNonNull(decayed.get("b")).toFloatArray())
                    .containsExactly(requireNonNull(free.get("b")).toFloatArray(), within(2e-3f));
            assertThat(requireNonNull(decayed.get("w")).toFloatArray()[5])
                    .isLessThan(requireNonNull(free.get("w")).toFloatArray()[5] - 5e-3f);
        }
    }

    private static Map<String, TensorData> afterTwoSteps(TrainingGraph graph) {
        try (TrainingStep step = SteppedTraining.open(new OrtRuntime(), graph, SessionOptions.DEFAULT)) {
            step.step(rows(0, 12));
            step.step(rows(12, 12));
            return Map.of(
                    "w", requireNonNull(step.state().get("w")).copy(),
                    "b", requireNonNull(step.state().get("b")).copy());
        }
    }
}
