package io.sinter.train;

import io.sinter.error.VerificationException;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One run of the graph a step. There are two sets of state; a step reads the one and writes the other in place, and they
 * change places where what it computed is sound.
 */
public final class SteppedTraining implements TrainingStep {

    private final Session session;
    private final List<String> trained;
    private final Map<String, TensorData> report = new LinkedHashMap<>();
    private Map<String, TensorData> now;
    private Map<String, TensorData> next;

    private SteppedTraining(Session session, TrainingGraph graph, Map<String, TensorData> state) {
        this.session = session;
        this.trained = graph.trained();
        this.now = copies(state);
        this.next = copies(state);
        report.put(TrainingGraph.LOSS, TensorData.allocate(DType.FLOAT, List.of()));
        report.put(TrainingGraph.RATE, TensorData.allocate(DType.DOUBLE, List.of()));
        report.put(TrainingGraph.NORMS, TensorData.allocate(DType.FLOAT, List.of((long) trained.size())));
    }

    /** Starts at the graph's start. */
    public static SteppedTraining open(Runtime runtime, TrainingGraph graph, SessionOptions options) {
        return resume(runtime, graph, options, graph.start());
    }

    /**
     * Goes on from a state.
     *
     * @param state as {@link #state} gave it, of this graph
     */
    public static SteppedTraining resume(
            Runtime runtime, TrainingGraph graph, SessionOptions options, Map<String, TensorData> state) {
        if (!state.keySet().equals(graph.start().keySet())) {
            throw new IllegalArgumentException("state: got %s, expected %s"
                    .formatted(state.keySet(), graph.start().keySet()));
        }
        return new SteppedTraining(runtime.open(graph.model(), options), graph, state);
    }

    @Override
    public StepReport step(Map<String, TensorData> batch) {
        Map<String, TensorData> inputs = new LinkedHashMap<>(now);
        inputs.putAll(batch);
        Map<String, TensorData> outputs = new LinkedHashMap<>(report);
        next.forEach((name, tensor) -> outputs.put(TrainingGraph.NEXT + name, tensor));
        session.runInto(inputs, outputs);
        StepReport result = checked();
        Map<String, TensorData> old = now;
        now = next;
        next = old;
        return result;
    }

    private StepReport checked() {
        long step = Objects.requireNonNull(next.get(TrainingGraph.STEP)).toLongArray()[0];
        double loss = number(TrainingGraph.LOSS);
        float[] norms = Objects.requireNonNull(report.get(TrainingGraph.NORMS)).toFloatArray();
        require(step, "the loss", loss);
        double square = 0;
        for (int i = 0; i < norms.length; i++) {
            require(step, "the gradient of \"%s\"".formatted(trained.get(i)), norms[i]);
            square += (double) norms[i] * norms[i];
        }
        return new StepReport(step, loss, Math.sqrt(square), number(TrainingGraph.RATE));
    }

    private static void require(long step, String what, double number) {
        if (!Double.isFinite(number)) {
            throw new VerificationException(
                    "training: step %d: %s is %s: lower the learning rate, clip gradients or look at the data"
                            .formatted(step, what, number));
        }
    }

    private double number(String name) {
        TensorData scalar = Objects.requireNonNull(report.get(name));
        return Conversion.convert(scalar, DType.DOUBLE).data().get(TensorData.F64, 0);
    }

    @Override
    public Map<String, TensorData> state() {
        return Map.copyOf(now);
    }

    private static Map<String, TensorData> copies(Map<String, TensorData> state) {
        Map<String, TensorData> copies = new LinkedHashMap<>();
        state.forEach((name, tensor) -> copies.put(name, tensor.copy()));
        return copies;
    }

    @Override
    public void close() {
        session.close();
    }
}
