package io.sinter.train;

import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A run of the graph of gradients for every batch of a step, then one of the graph that takes it. */
final class AccumulatedTraining implements TrainingStep {

    private final Session gradients;
    private final Session update;
    private final int count;
    private final List<String> trained;
    private final StepState state;
    private final TensorData loss = TensorData.allocate(DType.FLOAT, List.of());
    private Map<String, TensorData> sums;
    private Map<String, TensorData> nextSums;

    private AccumulatedTraining(Session gradients, Session update, TrainingGraph graph, StepState state) {
        this.gradients = gradients;
        this.update = update;
        this.count = graph.accumulation().orElseThrow().count();
        this.trained = graph.trained();
        this.state = state;
        this.sums = sums(graph);
        this.nextSums = sums(graph);
    }

    private static Map<String, TensorData> sums(TrainingGraph graph) {
        Map<String, TensorData> sums = new LinkedHashMap<>();
        for (String name : graph.trained()) {
            TensorData parameter = Objects.requireNonNull(graph.start().get(name));
            sums.put(TrainingGraph.SUM + name, TensorData.allocate(DType.FLOAT, parameter.shape()));
        }
        return sums;
    }

    /** Goes on from a state of a graph. */
    static AccumulatedTraining resume(
            Runtime runtime, TrainingGraph graph, SessionOptions options, Map<String, TensorData> state) {
        StepState copied = new StepState(graph, state);
        Session gradients = runtime.open(graph.model(), options);
        try {
            Session update = runtime.open(graph.accumulation().orElseThrow().update(), options);
            return new AccumulatedTraining(gradients, update, graph, copied);
        } catch (RuntimeException e) {
            gradients.close();
            throw e;
        }
    }

    @Override
    public StepReport step(List<Map<String, TensorData>> batches) {
        if (batches.size() != count) {
            throw new IllegalArgumentException("batches: got %d, expected %d".formatted(batches.size(), count));
        }
        sums.values().forEach(sum -> sum.data().fill((byte) 0));
        double losses = 0;
        for (int i = 0; i < count; i++) {
            losses += add(batches.get(i), state.done() * count + i);
        }
        Map<String, TensorData> inputs = new LinkedHashMap<>(state.now());
        inputs.putAll(sums);
        update.runInto(inputs, state.outputs());
        return state.advance(losses / count);
    }

    /** Adds the gradients of a batch to the sums. */
    private double add(Map<String, TensorData> batch, long number) {
        Map<String, TensorData> inputs = new LinkedHashMap<>(batch);
        trained.forEach(
                name -> inputs.put(name, Objects.requireNonNull(state.now().get(name))));
        inputs.putAll(sums);
        if (gradients.inputs().stream().anyMatch(port -> port.name().equals(TrainingGraph.BATCH))) {
            inputs.put(TrainingGraph.BATCH, TensorData.scalar(number));
        }
        Map<String, TensorData> outputs = new LinkedHashMap<>();
        outputs.put(TrainingGraph.LOSS, loss);
        nextSums.forEach((name, sum) -> outputs.put(TrainingGraph.NEXT + name, sum));
        gradients.runInto(inputs, outputs);
        Map<String, TensorData> old = sums;
        sums = nextSums;
        nextSums = old;
        return loss.toFloatArray()[0];
    }

    @Override
    public Map<String, TensorData> state() {
        return Map.copyOf(state.now());
    }

    @Override
    public void close() {
        gradients.close();
        update.close();
    }
}
