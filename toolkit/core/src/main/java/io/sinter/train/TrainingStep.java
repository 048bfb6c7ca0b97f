package io.sinter.train;

import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;

/** Runs a {@link TrainingGraph} and keeps its state. */
public sealed interface TrainingStep extends AutoCloseable permits SteppedTraining, AccumulatedTraining {

    /**
     * Takes one step.
     *
     * @param batches as many as the graph makes a step of, each a tensor for every input of the graph that is no state
     * @throws io.sinter.error.VerificationException if the loss or a gradient is infinite or no number; the state is that
     *     before the step then
     */
    StepReport step(List<Map<String, TensorData>> batches);

    /** Takes one step of one batch. */
    default StepReport step(Map<String, TensorData> batch) {
        return step(List.of(batch));
    }

    /** Parameters, what the optimiser keeps of them and the number of steps done, by name; valid until the next step. */
    Map<String, TensorData> state();

    /** Frees what runs it. */
    @Override
    void close();

    /**
     * What runs a graph.
     *
     * @param state as {@link #state} gave it, of this graph, or its start
     */
    static TrainingStep open(
            Runtime runtime, TrainingGraph graph, SessionOptions options, Map<String, TensorData> state) {
        return graph.accumulation().isPresent()
                ? AccumulatedTraining.resume(runtime, graph, options, state)
                : SteppedTraining.resume(runtime, graph, options, state);
    }
}
