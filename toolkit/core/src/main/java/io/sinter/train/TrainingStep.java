package io.sinter.train;

import io.sinter.tensor.TensorData;
import java.util.Map;

/** Runs a {@link TrainingGraph} and keeps its state. */
public sealed interface TrainingStep extends AutoCloseable permits SteppedTraining {

    /**
     * Takes one step.
     *
     * @param batch a tensor for every input of the graph that is no state
     * @throws io.sinter.error.VerificationException if the loss or a gradient is infinite or no number; the state is that
     *     before the step then
     */
    StepReport step(Map<String, TensorData> batch);

    /** Parameters, what the optimiser keeps of them and the number of steps done, by name; valid until the next step. */
    Map<String, TensorData> state();

    /** Frees what runs it. */
    @Override
    void close();
}
