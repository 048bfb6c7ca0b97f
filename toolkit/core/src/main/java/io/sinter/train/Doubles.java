package io.sinter.train;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;

/** Scalars of training in float64: 1 − 0.999 has few digits left in float32. */
final class Doubles {

    private Doubles() {}

    static Value of(Ops ops, double number) {
        TensorData scalar = TensorData.allocate(DType.DOUBLE, List.of());
        scalar.data().set(TensorData.F64, 0, number);
        return ops.constant("number", scalar);
    }

    /** As float32, to be combined with tensors. */
    static Value toFloat(Ops ops, Value number) {
        return ops.cast(number, DType.FLOAT);
    }

    static Value single(Ops ops, double number) {
        return ops.constant("number", TensorData.scalar((float) number));
    }
}
