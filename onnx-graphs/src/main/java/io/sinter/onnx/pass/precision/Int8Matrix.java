package io.sinter.onnx.pass.precision;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The right factor of a matrix product in 8 bits: element (k, n) is {@code codes[k, n] · scales[n]}, with codes of −127 to
 * 127 (symmetric: zero is zero).
 *
 * <p>The scale of a column is the least for which no code passes 127 <em>and no two neighbours {@code codes[k, n]},
 * {@code codes[k + 1, n]} of one sign add up to more than 128</em>. Processors without VNNI multiply such pairs by unsigned
 * activations into 16 bits that saturate: {@code 255 · 128 = 32640} fits, 255 · 254 does not. The usual remedy, 7-bit
 * weights, halves the resolution of every column; this costs a third of it, and results are the same on every processor.
 *
 * @param codes INT8 {@code [K, N]}
 * @param scales FLOAT {@code [N]}
 */
record Int8Matrix(TensorData codes, TensorData scales) {

    private static final float LARGEST = 127f;

    /** How the float32 elements lie. */
    enum Layout {
        /** {@code [K, N]}. */
        AS_IT_IS,
        /** {@code [N, K]}, as PyTorch's Linear has it. */
        TRANSPOSED
    }

    /**
     * Rounds a matrix.
     *
     * @param floats finite FLOAT elements, of rank 2
     */
    static Int8Matrix of(TensorData floats, Layout layout) {
        return switch (layout) {
            case AS_IT_IS -> ofColumns(floats);
            case TRANSPOSED -> ofRows(floats);
        };
    }

    private static Int8Matrix ofColumns(TensorData floats) {
        int rows = Math.toIntExact(floats.dim(0));
        int columns = Math.toIntExact(floats.dim(1));
        float[] span = new float[columns];
        float[] row = new float[columns];
        float[] before = new float[columns];
        for (int k = 0; k < rows; k++) {
            read(floats, k, row);
            for (int n = 0; n < columns; n++) {
                span[n] = Math.max(span[n], reach(before[n], row[n]));
            }
            float[] swap = before;
            before = row;
            row = swap;
        }
        TensorData scales = scales(span);
        TensorData codes = TensorData.allocate(DType.INT8, List.of((long) rows, (long) columns));
        byte[] line = new byte[columns];
        for (int k = 0; k < rows; k++) {
            read(floats, k, row);
            for (int n = 0; n < columns; n++) {
                line[n] = code(row[n], scales.data().getAtIndex(TensorData.F32, n));
            }
            MemorySegment.copy(line, 0, codes.data(), ValueLayout.JAVA_BYTE, (long) k * columns, columns);
        }
        return new Int8Matrix(codes, scales);
    }

    private static Int8Matrix ofRows(TensorData floats) {
        int columns = Math.toIntExact(floats.dim(0));
        int rows = Math.toIntExact(floats.dim(1));
        float[] span = new float[columns];
        float[] column = new float[rows];
        for (int n = 0; n < columns; n++) {
            read(floats, n, column);
            float before = 0;
            for (float x : column) {
                span[n] = Math.max(span[n], reach(before, x));
                before = x;
            }
        }
        TensorData scales = scales(span);
        byte[] codes = new byte[Math.multiplyExact(rows, columns)];
        for (int n = 0; n < columns; n++) {
            read(floats, n, column);
            float scale = scales.data().getAtIndex(TensorData.F32, n);
            for (int k = 0; k < rows; k++) {
                codes[k * columns + n] = code(column[k], scale);
            }
        }
        TensorData packed = TensorData.allocate(DType.INT8, List.of((long) rows, (long) columns));
        packed.data().copyFrom(MemorySegment.ofArray(codes));
        return new Int8Matrix(packed, scales);
    }

    /** What must not pass 127 scales: the element, and the sum of two neighbours of one sign. Rounding adds one to a sum. */
    private static float reach(float before, float x) {
        float sum = before * x > 0 ? Math.abs(before + x) : 0;
        return Math.max(Math.abs(x), sum);
    }

    private static TensorData scales(float[] span) {
        TensorData scales = TensorData.allocate(DType.FLOAT, List.of((long) span.length));
        for (int n = 0; n < span.length; n++) {
            scales.data().setAtIndex(TensorData.F32, n, span[n] == 0 ? 1 : span[n] / LARGEST);
        }
        return scales;
    }

    private static byte code(float x, float scale) {
        return (byte) Math.clamp(Math.round(x / scale), -127, 127);
    }

    private static void read(TensorData floats, int row, float[] into) {
        MemorySegment.copy(floats.data(), TensorData.F32, 4L * row * into.length, into, 0, into.length);
    }
}
