package io.sinter.optimize;

import io.sinter.tensor.DType;
import java.util.Locale;

/** How many bits a model's numbers have; what that means depends on the target, see {@link OptimizeOptions}. */
public enum Precision {
    /** IEEE binary32. */
    FLOAT32(DType.FLOAT),
    /** IEEE binary16. */
    FLOAT16(DType.FLOAT16),
    /** The upper half of a binary32. */
    BFLOAT16(DType.BFLOAT16),
    /** Signed bytes with scales. */
    INT8(DType.INT8);

    private final DType dtype;

    Precision(DType dtype) {
        this.dtype = dtype;
    }

    /** The element type of the weights. */
    public DType dtype() {
        return dtype;
    }

    /** The name in recipes and on the command line: {@code float16}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
