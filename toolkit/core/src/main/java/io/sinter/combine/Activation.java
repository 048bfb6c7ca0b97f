package io.sinter.combine;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;

/** What makes weights of the scores of N sources. */
public enum Activation {

    /** exp(sᵢ) / Σⱼ exp(sⱼ): the weights add up to 1. */
    SOFTMAX,

    /** 1 / (1 + exp(−sᵢ)): each source for itself. */
    SIGMOID;

    /** Scores {@code [..., N, 1]} or {@code [..., N, d]} to weights. */
    Value of(Ops ops, Value scores) {
        return switch (this) {
            case SOFTMAX -> ops.softmax(scores, -2);
            case SIGMOID -> ops.sigmoid(scores);
        };
    }

    /** The weight of each of N sources whose scores are all 0. */
    double atZero(int sources) {
        return switch (this) {
            case SOFTMAX -> 1.0 / sources;
            case SIGMOID -> 0.5;
        };
    }
}
