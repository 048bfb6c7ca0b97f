package io.sinter.onnx.ir;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import org.jspecify.annotations.Nullable;

/**
 * The type of a tensor value.
 *
 * @param dtype element type
 * @param shape extents, or null where not even the rank is known
 */
public record TensorType(DType dtype, @Nullable Shape shape) {

    /** The type of a constant. */
    public static TensorType of(TensorData data) {
        return new TensorType(data.dtype(), Shape.of(data.shape()));
    }

    @Override
    public String toString() {
        return dtype + (shape == null ? "" : " " + shape);
    }
}
