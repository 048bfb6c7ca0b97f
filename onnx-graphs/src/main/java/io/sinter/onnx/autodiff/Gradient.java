package io.sinter.onnx.autodiff;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;

/** The gradient of a loss with respect to a value. */
public sealed interface Gradient {

    /**
     * Computed by nodes of the graph.
     *
     * @param value of the element type and shape of what it is the gradient of
     */
    record Computed(Value value) implements Gradient {}

    /** Zero everywhere, because the loss does not depend on the value; no node computes it. */
    record Zero() implements Gradient {}

    /** The gradient as a value of the graph; zeros of the shape of {@code of} where no node computes it. */
    default Value asValue(Ops ops, Value of) {
        return switch (this) {
            case Computed(Value value) -> value;
            case Zero() -> Extents.filled(ops, 0, of);
        };
    }
}
