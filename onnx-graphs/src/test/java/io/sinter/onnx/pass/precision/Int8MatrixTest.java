package io.sinter.onnx.pass.precision;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.tensor.TensorData;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Int8MatrixTest {

    private static final int ROWS = 37;
    private static final int COLUMNS = 11;
    private static final long SEED = 20_261_123;

    private final Random random = new Random(SEED);

    /** Element (k, n), of either layout. */
    private static float at(TensorData data, Int8Matrix.Layout layout, int k, int n) {
        long index = switch (layout) {
            case AS_IT_IS -> (long) k * COLUMNS + n;
            case TRANSPOSED -> (long) n * ROWS + k;
        };
        return data.data().getAtIndex(TensorData.F32, index);
    }

    private TensorData floats(Int8Matrix.Layout layout) {
        float[] values = new float[ROWS * COLUMNS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return switch (layout) {
            case AS_IT_IS -> TensorData.of(List.of((long) ROWS, (long) COLUMNS), values);
            case TRANSPOSED -> TensorData.of(List.of((long) COLUMNS, (long) ROWS), values);
        };
    }

    @ParameterizedTest
    @EnumSource
    void codes_areWithinHalfAScale(Int8Matrix.Layout layout) {
        TensorData floats = floats(layout);
        Int8Matrix matrix = Int8Matrix.of(floats, layout);

        for (int n = 0; n < COLUMNS; n++) {
            float scale = matrix.scales().data().getAtIndex(TensorData.F32, n);
            for (int k = 0; k < ROWS; k++) {
                float restored = code(matrix, k, n) * scale;
                assertThat(Math.abs(restored - at(floats, layout, k, n)))
                        .as("seed %d, (%d, %d)", SEED, k, n)
                        .isLessThanOrEqualTo(0.5001f * scale);
            }
        }
    }

    /** What processors without VNNI add up in 16 bits that saturate, over all activations. */
    @ParameterizedTest
    @EnumSource
    void pairsTimesAnyActivation_fitSixteenBits(Int8Matrix.Layout layout) {
        Int8Matrix matrix = Int8Matrix.of(floats(layout), layout);

        int largest = 0;
        for (int n = 0; n < COLUMNS; n++) {
            for (int k = 0; k + 1 < ROWS; k++) {
                int positive = Math.max(0, code(matrix, k, n)) + Math.max(0, code(matrix, k + 1, n));
                int negative = Math.min(0, code(matrix, k, n)) + Math.min(0, code(matrix, k + 1, n));
                largest = Math.max(largest, Math.max(255 * positive, -255 * negative));
            }
        }
        assertThat(largest)
                .as("seed %d", SEED)
                .isLessThanOrEqualTo(Short.MAX_VALUE)
                .isGreaterThan(30_000);
    }

    private static int code(Int8Matrix matrix, int k, int n) {
        return matrix.codes().data().get(ValueLayout.JAVA_BYTE, (long) k * COLUMNS + n);
    }
}
