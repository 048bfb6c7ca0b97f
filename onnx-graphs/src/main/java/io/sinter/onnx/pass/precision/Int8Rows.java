package io.sinter.onnx.pass.precision;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A table in 8 bits: row v is {@code codes[v] · scales[v]}, codes −127 to 127, the scale the largest element over 127.
 *
 * @param codes INT8 {@code [V, d]}
 * @param scales FLOAT {@code [V, 1]}
 */
record Int8Rows(TensorData codes, TensorData scales) {

    private static final float LARGEST = 127f;

    /**
     * Rounds a table.
     *
     * @param floats finite FLOAT elements {@code [V, d]}
     */
    static Int8Rows of(TensorData floats) {
        int rows = Math.toIntExact(floats.dim(0));
        int width = Math.toIntExact(floats.dim(1));
        TensorData codes = TensorData.allocate(DType.INT8, floats.shape());
        TensorData scales = TensorData.allocate(DType.FLOAT, List.of((long) rows, 1L));
        float[] row = new float[width];
        byte[] line = new byte[width];
        for (int v = 0; v < rows; v++) {
            MemorySegment.copy(floats.data(), TensorData.F32, 4L * v * width, row, 0, width);
            float largest = 0;
            for (float x : row) {
                largest = Math.max(largest, Math.abs(x));
            }
            float scale = largest == 0 ? 1 : largest / LARGEST;
            for (int i = 0; i < width; i++) {
                line[i] = (byte) Math.clamp(Math.round(row[i] / scale), -127, 127);
            }
            scales.data().setAtIndex(TensorData.F32, v, scale);
            MemorySegment.copy(line, 0, codes.data(), ValueLayout.JAVA_BYTE, (long) v * width, width);
        }
        return new Int8Rows(codes, scales);
    }
}
