package io.sinter.onnx.pass.precision;

import io.sinter.tensor.DType;
import io.sinter.tensor.Range;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Locale;

/** Floating-point types of 16 bits. */
public enum HalfType {
    /** IEEE binary16: 11 significant bits, up to 65504. */
    FLOAT16(DType.FLOAT16, 65_504f, 0x1p-14f),
    /** The upper half of a binary32: 8 significant bits, up to 3.39e38. */
    BFLOAT16(DType.BFLOAT16, 0x1.fep127f, Float.MIN_NORMAL);

    private final DType dtype;
    private final float largest;
    private final float smallest;

    HalfType(DType dtype, float largest, float smallest) {
        this.dtype = dtype;
        this.largest = largest;
        this.smallest = smallest;
    }

    /** The element type. */
    public DType dtype() {
        return dtype;
    }

    /** The name in lower case, as recipes write it: {@code float16}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The largest finite number. */
    public float largest() {
        return largest;
    }

    /** Whether every finite number among float32 elements stays finite in this type. Infinities and NaN stay what they are. */
    boolean spans(TensorData floats) {
        if (floats.elementCount() == 0) {
            return true;
        }
        TensorData rows = floats.rank() == 0 ? floats.reshape(List.of(1L)) : floats;
        Range range = Rows.range(rows);
        return (range.max() <= largest || range.max() == Float.POSITIVE_INFINITY)
                && (range.min() >= -largest || range.min() == Float.NEGATIVE_INFINITY);
    }

    /** Whether a float32 scalar such as an epsilon is nearer to zero than this type's normal numbers, and yet not zero. */
    boolean loses(TensorData floats) {
        if (floats.elementCount() != 1) {
            return false;
        }
        float value = Math.abs(floats.data().get(TensorData.F32, 0));
        return value > 0 && value < smallest;
    }

    /** Says that a weight stays as it is because this type cannot hold it. */
    String beyond(String weight) {
        return "\"%s\" has numbers beyond %s, the largest of %s".formatted(weight, largest, dtype);
    }
}
