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

    /** The same with extents of unknown size where they had names. */
    public TensorType withoutNames() {
        return shape == null
                ? this
                : new TensorType(
                        dtype,
                        new Shape(shape.dims().stream()
                                .map(dim -> dim instanceof Dim.Symbol ? Dim.unknown() : dim)
                                .toList()));
    }

    @Override
    public String toString() {
        return dtype + (shape == null ? "" : " " + shape);
    }
}
