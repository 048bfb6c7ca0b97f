package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.fuse.Element.Number;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Single elements of constants: a number where all are equal or the place is known, the position where they count up. */
final class ConstantElements {

    /** Position tables and causal masks of long contexts have as many; weights are not looked into. */
    private static final long MAX_ELEMENTS = 1 << 16;

    private ConstantElements() {}

    static @Nullable Element at(Value value, List<Element> index) {
        TensorData data = value.constant();
        if (data == null || data.elementCount() == 0 || data.elementCount() > MAX_ELEMENTS || !isNumeric(data)) {
            return null;
        }
        Element uniform = uniform(data);
        if (uniform != null) {
            return uniform;
        }
        long offset = 0;
        for (int i = 0; i < index.size(); i++) {
            if (!(index.get(i) instanceof Number(double place))) {
                return counting(data, index);
            }
            double fromStart = place < 0 ? place + data.dim(i) : place;
            if (fromStart < 0 || fromStart >= data.dim(i)) {
                return null;
            }
            offset = offset * data.dim(i) + (long) fromStart;
        }
        return new Number(doubles(data)[(int) offset]);
    }

    /** The one number that all elements are, or null. */
    static @Nullable Element uniform(TensorData data) {
        double[] values = doubles(data);
        for (double value : values) {
            if (value != values[0]) {
                return null;
            }
        }
        return new Number(values[0]);
    }

    /** c, c + 1, c + 2, … along the one axis that is longer than 1. */
    private static @Nullable Element counting(TensorData data, List<Element> index) {
        int axis = -1;
        for (int i = 0; i < data.rank(); i++) {
            if (data.dim(i) == data.elementCount()) {
                axis = i;
            }
        }
        double[] values = doubles(data);
        for (int i = 1; i < values.length; i++) {
            if (values[i] != values[i - 1] + 1) {
                return null;
            }
        }
        return axis < 0 ? null : Element.apply("Add", List.of(index.get(axis), new Number(values[0])));
    }

    private static double[] doubles(TensorData data) {
        TensorData converted = Conversion.convert(data, DType.DOUBLE);
        double[] values = new double[(int) data.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = converted.data().getAtIndex(TensorData.F64, i);
        }
        return values;
    }

    private static boolean isNumeric(TensorData data) {
        return switch (data.dtype()) {
            case FLOAT, DOUBLE, FLOAT16, BFLOAT16, INT64, INT32, BOOL -> true;
            default -> false;
        };
    }
}
