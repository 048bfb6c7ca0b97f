package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Value;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Constants of one element, of any rank. */
final class Scalars {

    private Scalars() {}

    /** The number that a value always is. */
    static OptionalDouble of(@Nullable Value value) {
        TensorData data = value == null ? null : value.constant();
        if (data == null || data.elementCount() != 1 || !isNumber(data.dtype())) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(Conversion.convert(data, DType.DOUBLE).data().getAtIndex(TensorData.F64, 0));
    }

    /** Whether a value is that number, as its element type rounds it. */
    static boolean equal(@Nullable Value value, double number) {
        OptionalDouble found = of(value);
        if (value == null || found.isEmpty()) {
            return false;
        }
        TensorData data = value.constant();
        double precision = data == null ? 0 : precision(data.dtype());
        return Math.abs(found.getAsDouble() - number) <= precision * Math.abs(number);
    }

    /** Twice the relative error of rounding to the type. Exporters write constants with a digit less, at times. */
    private static double precision(DType dtype) {
        return switch (dtype) {
            case FLOAT16 -> 1e-3;
            case BFLOAT16 -> 1e-2;
            default -> 1e-6;
        };
    }

    private static boolean isNumber(DType dtype) {
        return switch (dtype) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16, INT64, INT32, BOOL -> true;
            default -> false;
        };
    }
}
