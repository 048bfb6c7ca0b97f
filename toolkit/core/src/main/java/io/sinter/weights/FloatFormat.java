package io.sinter.weights;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.Optional;

/** Element types that tensors of merges have. */
enum FloatFormat {
    FLOAT32(DType.FLOAT),
    FLOAT16(DType.FLOAT16),
    BFLOAT16(DType.BFLOAT16),
    FLOAT64(DType.DOUBLE);

    private final DType type;

    FloatFormat(DType type) {
        this.type = type;
    }

    /** The format of a type, or nothing where merges do not take it. */
    static Optional<FloatFormat> of(DType type) {
        for (FloatFormat format : values()) {
            if (format.type == type) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** The format of a tensor that was checked before. */
    static FloatFormat of(TensorData tensor) {
        return of(tensor.dtype()).orElseThrow(() -> new IllegalStateException(tensor.describe()));
    }
}
