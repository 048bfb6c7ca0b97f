package io.sinter.train;

import io.sinter.error.VerificationException;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Two sets of state: a step reads the one and writes the other in place, and they change places where what it computed is
 * sound.
 */
final class StepState {

    private final List<String> trained;
    private final Map<String, TensorData> report = new LinkedHashMap<>();
    private Map<String, TensorData> now;
    private Map<String, TensorData> next;

    /**
     * Copies a state of a graph.
     *
     * @throws IllegalArgumentException if it is of another
     */
    StepState(TrainingGraph graph, Map<String, TensorData> state) {
        if (!state.keySet().equals(graph.start().keySet())) {
            throw new IllegalArgumentException("state: got %s, expected %s"
                    .formatted(state.keySet(), graph.start().keySet()));
        }
        this.trained = graph.trained();
        this.now = copies(state);
        this.next = copies(state);
        report.put(TrainingGraph.RATE, TensorData.allocate(DType.DOUBLE, List.of()));
        report.put(TrainingGraph.NORMS, TensorData.allocate(DType.FLOAT, List.of((long) trained.size())));
    }

    private static Map<String, TensorData> copies(Map<String, TensorData> state) {
        Map<String, TensorData> copies = new LinkedHashMap<>();
        state.forEach((name, tensor) -> copies.put(name, tensor.copy()));
        return copies;
    }

    /** What a step reads. */
    Map<String, TensorData> now() {
        return now;
    }

    /** What a step writes, by name of the output. */
    Map<String, TensorData> outputs() {
        Map<String, TensorData> outputs = new LinkedHashMap<>(report);
        next.forEach((name, tensor) -> outputs.put(TrainingGraph.NEXT + name, tensor));
        return outputs;
    }

    /** Steps done. */
    long done() {
        return number(now);
    }

    /**
     * Takes what was written for the state, if it is sound.
     *
     * @param loss of the step
     * @throws VerificationException if that or the length of a gradient is not finite; the state is the one before then
     */
    StepReport advance(double loss) {
        long step = number(next);
        require(step, "the loss", loss);
        float[] norms = Objects.requireNonNull(report.get(TrainingGraph.NORMS)).toFloatArray();
        double square = 0;
        for (int i = 0; i < norms.length; i++) {
            require(step, "the gradient of \"%s\"".formatted(trained.get(i)), norms[i]);
            square += (double) norms[i] * norms[i];
        }
        Map<String, TensorData> old = now;
        now = next;
        next = old;
        double rate =
                Objects.requireNonNull(report.get(TrainingGraph.RATE)).data().get(TensorData.F64, 0);
        return new StepReport(step, loss, Math.sqrt(square), rate);
    }

    private static long number(Map<String, TensorData> state) {
        return Objects.requireNonNull(state.get(TrainingGraph.STEP)).toLongArray()[0];
    }

    private static void require(long step, String what, double number) {
        if (!Double.isFinite(number)) {
            throw new VerificationException(
                    "training: step %d: %s is %s: lower the learning rate, clip gradients or look at the data"
                            .formatted(step, what, number));
        }
    }
}
