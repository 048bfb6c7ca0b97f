package io.sinter.finetune;

import io.sinter.onnx.ir.Value;
import java.util.List;

/**
 * What a task puts onto a model's graph.
 *
 * @param loss a float32 scalar
 * @param added float32 constants that are learned besides the model's weights, such as a classifier's
 */
public record Emitted(Value loss, List<Value> added) {

    /** Copies the list. */
    public Emitted {
        added = List.copyOf(added);
    }

    /** Nothing is learned besides. */
    public static Emitted of(Value loss) {
        return new Emitted(loss, List.of());
    }
}
