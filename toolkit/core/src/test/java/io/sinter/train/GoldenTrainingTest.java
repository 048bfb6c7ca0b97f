package io.sinter.train;

import static io.sinter.train.TensorAssert.assertClose;
import static io.sinter.train.TensorAssert.assertMoved;
import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every trainable combiner under every loss against PyTorch's gradients and optimiser steps. */
class GoldenTrainingTest {

    private static final int STEPS = 5;

    static List<GoldenCase> cases() {
        List<GoldenCase> cases = GoldenCase.all();
        assertThat(cases).hasSize(24);
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradients_ofCombinerAndTables_arePyTorchs(GoldenCase golden) {
        Graph graph = new Graph("case");
        Ops ops = new Ops(graph, 17);
        Map<String, Value> defined = new LinkedHashMap<>();
        Value loss = golden.emit(ops, (name, data) -> graph.addInput(name, TensorType.of(data)), defined);
        List<Gradient> gradients = Gradients.of(ops, loss, new ArrayList<>(defined.values()));
        Map<String, String> outputs = new LinkedHashMap<>();
        for (String role : defined.keySet()) {
            Value gradient = gradients.get(outputs.size()).asValue(ops, Objects.requireNonNull(defined.get(role)));
            graph.addOutput(ops.identity(gradient));
            outputs.put(role, graph.outputs().getLast().name());
        }
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        defined.keySet().forEach(role -> inputs.put(role, golden.tensor(role)));
        Map<String, TensorData> computed;
        try (Session session = new OrtRuntime().open(model(graph), SessionOptions.DEFAULT)) {
            computed = session.run(inputs, outputs.values());
        }
        outputs.forEach((role, output) -> assertClose(
                role, Objects.requireNonNull(computed.get(output)), golden.tensor("grad." + role), 1e-5, 1e-8));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void training_fiveStepsOfAdamW_movesAsPyTorch(GoldenCase golden) {
        Graph graph = new Graph("case");
        Map<String, Value> defined = new LinkedHashMap<>();
        Value loss = golden.emit(new Ops(graph, 17), graph::addInitializer, defined);
        List<Value> parameters = golden.trained().stream()
                .map(name -> Objects.requireNonNull(defined.get(name)))
                .toList();
        TrainingGraph training = TrainingGraph.of(model(graph), loss, parameters, golden.options());
        float[] losses = golden.tensor("loss").toFloatArray();
        try (TrainingStep run = SteppedTraining.open(new OrtRuntime(), training, SessionOptions.DEFAULT)) {
            for (int step = 1; step <= STEPS; step++) {
                StepReport report = run.step(Map.of());
                assertThat(report.step()).isEqualTo(step);
                assertThat(report.loss()).isCloseTo(losses[step - 1], within(1e-5 * Math.max(1, losses[step - 1])));
                Map<String, TensorData> state = run.state();
                for (String name : golden.trained()) {
                    TensorData expected = golden.tensor("step%d.%s".formatted(step, name));
                    TensorData now = Objects.requireNonNull(state.get(name));
                    assertMoved(name, now, expected, golden.tensor("grad." + name), 1e-5, 2 * STEPS * 0.01);
                }
            }
            assertThat(run.step(Map.of()).loss()).isCloseTo(losses[STEPS], within(1e-5 * Math.max(1, losses[STEPS])));
        }
    }

    private static Model model(Graph graph) {
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        return model;
    }
}
