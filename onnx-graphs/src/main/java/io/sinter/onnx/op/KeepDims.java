package io.sinter.onnx.op;

import io.sinter.onnx.ir.Attribute;

/** What becomes of an axis that a reduction runs over. */
public enum KeepDims {
    /** It stays, with extent 1. */
    KEEP,
    /** It goes. */
    DROP;

    Attribute attribute() {
        return Attribute.of(this == KEEP ? 1L : 0L);
    }
}
