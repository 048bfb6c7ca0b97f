package io.sinter.onnx.pass;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Assertions on tensors. */
public final class TensorAssert extends AbstractAssert<TensorAssert, TensorData> {

    private TensorAssert(TensorData actual) {
        super(actual, TensorAssert.class);
    }

    public static TensorAssert assertThat(TensorData actual) {
        return new TensorAssert(actual);
    }

    /** Type, shape and every bit; {@code tolerance} above 0 allows that difference instead, relative beyond 1. */
    public TensorAssert isClose(@Nullable TensorData expected, float tolerance) {
        isNotNull();
        if (expected == null
                || expected.dtype() != actual.dtype()
                || !expected.shape().equals(actual.shape())) {
            failWithMessage("%s is %s, expected %s", info.descriptionText(), actual, expected);
            return this;
        }
        if (tolerance == 0) {
            if (!actual.contentEquals(expected)) {
                failWithMessage("%s: elements of %s differ", info.descriptionText(), actual);
            }
            return this;
        }
        for (long i = 0; i < actual.elementCount(); i++) {
            float a = element(actual, i);
            float b = element(expected, i);
            if (!(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)))) {
                failWithMessage("%s: element %d is %s, expected %s", info.descriptionText(), i, a, b);
            }
        }
        return this;
    }

    private static float element(TensorData data, long index) {
        return data.dtype() == DType.FLOAT16
                ? Float.float16ToFloat(data.data().getAtIndex(TensorData.I16, index))
                : data.data().getAtIndex(TensorData.F32, index);
    }
}
