package io.sinter.train;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.List;

/** How a parameter moves with its gradient. */
public sealed interface Optimizer permits AdamW, Sgd {

    /** What is kept of each parameter from step to step: names of float32 tensors of its shape, which start at 0. */
    List<String> slots();

    /**
     * Emits one update.
     *
     * @param parameter float32
     * @param gradient of its shape
     * @param kept the values of {@link #slots}, in order
     */
    Updated update(Ops ops, Value parameter, Value gradient, List<Value> kept, Pace pace);

    /**
     * Where in the training a step is.
     *
     * @param rate the learning rate, a DOUBLE scalar
     * @param step its number, from 1, a DOUBLE scalar
     */
    record Pace(Value rate, Value step) {}

    /**
     * What one step makes of a parameter.
     *
     * @param parameter its next value
     * @param kept the next values of the {@link #slots}
     */
    record Updated(Value parameter, List<Value> kept) {}
}
