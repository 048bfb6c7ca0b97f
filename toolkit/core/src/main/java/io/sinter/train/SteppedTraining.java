package io.sinter.train;

import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One run of the graph a step. */
public final class SteppedTraining implements TrainingStep {

    private final Session session;
    private final StepState state;
    private final TensorData loss = TensorData.allocate(DType.FLOAT, List.of());

    private SteppedTraining(Session session, StepState state) {
        this.session = session;
        this.state = state;
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
        if (graph.accumulation().isPresent()) {
            throw new IllegalArgumentException("graph: a step of it is several batches, expected one");
        }
        StepState copied = new StepState(graph, state);
        return new SteppedTraining(runtime.open(graph.model(), options), copied);
    }

    @Override
    public StepReport step(List<Map<String, TensorData>> batches) {
        if (batches.size() != 1) {
            throw new IllegalArgumentException("batches: got %d, expected 1".formatted(batches.size()));
        }
        Map<String, TensorData> inputs = new LinkedHashMap<>(state.now());
        inputs.putAll(batches.getFirst());
        Map<String, TensorData> outputs = state.outputs();
        outputs.put(TrainingGraph.LOSS, loss);
        session.runInto(inputs, outputs);
        return state.advance(loss.toFloatArray()[0]);
    }

    @Override
    public Map<String, TensorData> state() {
        return Map.copyOf(state.now());
    }

    @Override
    public void close() {
        session.close();
    }
}
