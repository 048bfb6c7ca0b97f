package io.sinter.onnx.pass.precision;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A table in 4 bits, as {@code com.microsoft.GatherBlockQuantized} reads it: element (v, i) is
 * {@code (code − 8) · scales[v, i / 32]}.
 *
 * @param codes UINT8 {@code [V, d / 2]}, two codes a byte, the first in the low bits
 * @param scales FLOAT {@code [V, ⌈d / 32⌉]}
 */
record Int4Table(TensorData codes, TensorData scales) {

    /** Elements that share a scale. */
    static final int BLOCK = 32;

    /** What a code stands for zero. */
    private static final int ZERO = 8;

    /** Scales that are tried, as the code that the block's largest element would get; −8 uses the whole range. */
    private static final float[] TRIED = {-8f, -7.6f, -7.2f, -6.8f, -6.4f, 6.4f, 6.8f, 7.2f, 7.6f};

    /**
     * Rounds a table.
     *
     * @param floats finite FLOAT elements {@code [V, d]}, d even
     */
    static Int4Table of(TensorData floats) {
        int rows = Math.toIntExact(floats.dim(0));
        int width = Math.toIntExact(floats.dim(1));
        int blocks = Math.ceilDiv(width, BLOCK);
        TensorData codes = TensorData.allocate(DType.UINT8, List.of((long) rows, width / 2L));
        TensorData scales = TensorData.allocate(DType.FLOAT, List.of((long) rows, (long) blocks));
        float[] row = new float[width];
        byte[] line = new byte[width / 2];
        for (int v = 0; v < rows; v++) {
            MemorySegment.copy(floats.data(), TensorData.F32, 4L * v * width, row, 0, width);
            for (int b = 0; b < blocks; b++) {
                int end = Math.min(width, (b + 1) * BLOCK);
                float scale = scale(row, b * BLOCK, end);
                scales.data().setAtIndex(TensorData.F32, (long) v * blocks + b, scale);
                for (int i = b * BLOCK; i < end; i += 2) {
                    line[i / 2] = (byte) (code(row[i], scale) | code(row[i + 1], scale) << 4);
                }
            }
            MemorySegment.copy(line, 0, codes.data(), ValueLayout.JAVA_BYTE, (long) v * line.length, line.length);
        }
        return new Int4Table(codes, scales);
    }

    /** The scale with the least squared error among those tried; 0 for a block of zeros. */
    private static float scale(float[] row, int from, int to) {
        float largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.abs(row[i]) > Math.abs(largest) ? row[i] : largest;
        }
        float best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (float tried : TRIED) {
            float scale = largest / tried;
            double error = scale == 0 ? 0 : error(row, from, to, scale);
            if (error < least) {
                least = error;
                best = scale;
            }
        }
        return best;
    }

    private static double error(float[] row, int from, int to, float scale) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            double difference = row[i] - (code(row[i], scale) - ZERO) * scale;
            sum += difference * difference;
        }
        return sum;
    }

    private static int code(float x, float scale) {
        return scale == 0 ? ZERO : Math.clamp(Math.round(x / scale) + ZERO, 0, 15);
    }
}
