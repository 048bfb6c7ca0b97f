package io.sinter.encoder.family;

import io.sinter.encoder.Layers;
import io.sinter.encoder.Weights;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;

/**
 * An embedding table.
 *
 * @param name in the checkpoint, in full
 * @param rows float32 {@code [rows, width]}
 */
record Table(String name, TensorData rows) {

    /** The table of that name, without {@code .weight}. */
    static Table of(Weights w, String name, long rows, long width) {
        String tensor = name + ".weight";
        return new Table(w.name(tensor), w.tensor(tensor, rows, width));
    }

    /** Emits it, once in the graph. */
    Value in(Layers layers) {
        return layers.weight(name, rows);
    }
}
