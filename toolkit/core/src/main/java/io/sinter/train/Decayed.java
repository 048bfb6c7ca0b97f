package io.sinter.train;

import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;

/** Which parameters an optimiser's decay of weights pulls towards 0. */
public enum Decayed {
    /** All, as PyTorch's optimisers do by default. */
    ALL,
    /** Those of two axes or more: no biases, and no scales of normalisations, as is usual for transformers. */
    MATRICES;

    /** What of a decay a parameter gets. */
    double of(double decay, Value parameter) {
        TensorType type = parameter.type();
        Shape shape = type == null ? null : type.shape();
        return switch (this) {
            case ALL -> decay;
            case MATRICES -> shape != null && shape.rank() < 2 ? 0 : decay;
        };
    }
}
