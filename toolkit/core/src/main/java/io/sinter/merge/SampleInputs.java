package io.sinter.merge;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.runtime.Port;
import io.sinter.runtime.Session;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Inputs with which a text model can be tried: random token ids, a mask with padding in the last row, zeros else. */
final class SampleInputs {

    private static final int BATCH = 4;
    private static final int LENGTH = 12;
    private static final int PADDING = 5;

    private SampleInputs() {}

    /**
     * Inputs for a session.
     *
     * @param idsInput the name of the input that takes token ids
     * @param rows ids are below this
     * @throws UnsupportedException if the session has an input that is no integer matrix
     */
    static Map<String, TensorData> of(Session session, String idsInput, long rows, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, TensorData> inputs = new LinkedHashMap<>();
        for (Port port : session.inputs()) {
            requireIntegerMatrix(port);
            long[] values = new long[BATCH * LENGTH];
            for (int i = 0; i < values.length; i++) {
                boolean padding = i >= values.length - PADDING;
                if (port.name().equals(idsInput)) {
                    values[i] = padding ? 0 : random.nextLong(rows);
                } else if (port.name().contains("mask")) {
                    values[i] = padding ? 0 : 1;
                } else if (port.name().contains("position")) {
                    values[i] = i % LENGTH;
                }
            }
            inputs.put(port.name(), tensor(port.type().dtype(), values));
        }
        return inputs;
    }

    private static TensorData tensor(DType dtype, long[] values) {
        List<Long> shape = List.of((long) BATCH, (long) LENGTH);
        TensorData tensor = TensorData.allocate(dtype, shape);
        for (int i = 0; i < values.length; i++) {
            if (dtype == DType.INT32) {
                tensor.data().setAtIndex(TensorData.I32, i, (int) values[i]);
            } else {
                tensor.data().setAtIndex(TensorData.I64, i, values[i]);
            }
        }
        return tensor;
    }

    private static void requireIntegerMatrix(Port port) {
        TensorType type = port.type();
        Shape shape = type.shape();
        boolean integer = type.dtype() == DType.INT64 || type.dtype() == DType.INT32;
        if (!integer || (shape != null && shape.rank() != 2)) {
            throw new UnsupportedException(
                    "input \"%s\" is %s: only integers [batch, sequence] can be tried".formatted(port.name(), type));
        }
    }
}
