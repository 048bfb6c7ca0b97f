package io.sinter.bake;

import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;

/** Changes of element type, where one is needed. */
final class Casts {

    private Casts() {}

    /** The value itself if it has that type already, else cast. */
    static Value as(Ops ops, Value value, DType dtype) {
        TensorType type = value.type();
        return type != null && type.dtype() == dtype ? value : ops.cast(value, dtype);
    }
}
