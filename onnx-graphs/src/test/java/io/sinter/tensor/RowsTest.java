package io.sinter.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowsTest {

    private static final TensorData TABLE = TensorData.of(List.of(3L, 2L), 3f, 4, 0, 0, -1, 1);

    @Test
    void norms_ofRows_areEuclidean() {
        assertThat(Rows.norms(TABLE)).containsExactly(5, 0, Math.sqrt(2));
    }

    @Test
    void cosine_withZeroRow_isZeroThere() {
        TensorData other = TensorData.of(List.of(3L, 2L), 4f, 3, 1, 1, 1, -1);

        assertThat(Rows.cosine(TABLE, other)).containsExactly(24.0 / 25, 0, -1);
        assertThat(Rows.dot(TABLE, other)).containsExactly(24, 0, -2);
    }

    @Test
    void notFinite_namesTheRows_ofEveryTypeAndOverBlocks() {
        int width = 5003;
        float[] values = new float[7 * width];
        values[2 * width + 4500] = Float.NaN;
        values[5 * width] = Float.NEGATIVE_INFINITY;
        values[6 * width] = -Float.MAX_VALUE;
        TensorData table = TensorData.of(List.of(7L, (long) width), values);

        assertThat(Rows.notFinite(table)).containsExactly(2, 5);
        assertThat(Rows.notFinite(Conversion.convert(table.rows(0, 6), DType.BFLOAT16)))
                .containsExactly(2, 5);
        assertThat(Rows.notFinite(TABLE)).isEmpty();
    }

    @Test
    void sumAndMean_overRows_areByColumn() {
        assertThat(Rows.sum(TABLE)).containsExactly(2, 5);
        assertThat(Rows.mean(TABLE)).containsExactly(2.0 / 3, 5.0 / 3);
        assertThat(Rows.mean(TensorData.of(List.of(0L, 2L), new float[0]))).containsExactly(Double.NaN, Double.NaN);
    }

    @Test
    void range_tableWithNan_countsIt() {
        Range range = Rows.range(TensorData.of(List.of(2L, 2L), 1, Float.NaN, -3, 2));

        assertThat(range).isEqualTo(new Range(-3, 2, 1));
        assertThat(range.isFinite()).isFalse();
        assertThat(Rows.range(TABLE).isFinite()).isTrue();
    }

    @Test
    void gather_rowsTwiceAndBackwards_areCopied() {
        TensorData gathered = Rows.gather(TABLE, 2, 0, 0);

        assertThat(gathered.shape()).containsExactly(3L, 2L);
        assertThat(gathered.toFloatArray()).containsExactly(-1, 1, 3, 4, 3, 4);
        assertThatThrownBy(() -> Rows.gather(TABLE, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Rows.gather(TABLE, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void gather_rowsBeyondTwoGigabytes_areFound(@TempDir Path folder) throws IOException {
        long rows = (1L << 30) + 3;
        try (FileChannel file = FileChannel.open(
                        folder.resolve("sparse"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment sparse = file.map(FileChannel.MapMode.READ_WRITE, 0, rows * 4, arena);
            sparse.set(TensorData.F32, (rows - 1) * 4, 7);
            sparse.set(TensorData.F32, (rows - 2) * 4, 6);
            TensorData table = new TensorData(DType.FLOAT, List.of(rows, 1L), sparse);

            assertThat(Rows.gather(table, rows - 1, 0, rows - 2).toFloatArray()).containsExactly(7, 0, 6);
            assertThat(Rows.norms(table.rows(rows - 2, rows))).containsExactly(6, 7);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "FLOAT16", "BFLOAT16", "DOUBLE"})
    void rows_ofManyChunks_agreeWithOneChunk(DType type) {
        TensorData table = Conversion.convert(random(5000, 96, 7), type);
        TensorData floats = Conversion.convert(table, DType.FLOAT);

        double[] norms = Rows.norms(table);
        double[] sum = Rows.sum(table);

        for (int row : new int[] {0, 2729, 2730, 2731, 4999}) {
            double squares = 0;
            for (int i = 0; i < 96; i++) {
                float value = floats.data().get(TensorData.F32, 4L * (row * 96 + i));
                squares += (double) value * value;
            }
            assertThat(norms[row]).isCloseTo(Math.sqrt(squares), within(1e-12));
        }
        double column = 0;
        for (int row = 0; row < 5000; row++) {
            column += floats.data().get(TensorData.F32, 4L * (row * 96 + 5));
        }
        assertThat(sum[5]).isCloseTo(column, within(1e-9));
    }

    @Test
    void chunks_lastOne_isShorter() {
        List<String> seen = new ArrayList<>();

        new RowChunks(List.of(TABLE, Conversion.convert(TABLE, DType.FLOAT16)), 2).forEach((first, chunk) -> {
            seen.add(first + ":" + chunk.getFirst().shape());
            assertThat(chunk.getLast().toFloatArray())
                    .isEqualTo(chunk.getFirst().toFloatArray());
        });

        assertThat(seen).containsExactly("0:[2, 2]", "2:[1, 2]");
    }

    @Test
    void weightedSum_mixedTypes_roundsAfterEachStep() {
        TensorData a = random(123, 301, 1);
        TensorData b = random(123, 301, 2);
        TensorData half = Conversion.convert(random(123, 301, 3), DType.FLOAT16);
        TensorData target = TensorData.allocate(DType.FLOAT, a.shape());

        Elementwise.weightedSum(List.of(a, b, half), new float[] {0.5f, 0.3f, -1.7f}, target);

        float[] x = a.toFloatArray();
        float[] y = b.toFloatArray();
        float[] z = Conversion.convert(half, DType.FLOAT).toFloatArray();
        float[] sum = target.toFloatArray();
        for (int i = 0; i < x.length; i++) {
            float first = 0.5f * x[i];
            float second = 0.3f * y[i];
            float third = -1.7f * z[i];
            float two = first + second;
            assertThat(sum[i]).isEqualTo(two + third);
        }
    }

    @Test
    void weightedSum_intoASource_isRight() {
        TensorData a = random(300, 100, 1);
        float[] before = a.toFloatArray();
        TensorData b = random(300, 100, 2);

        Elementwise.weightedSum(List.of(b, a), new float[] {1, 1}, a);

        float[] after = a.toFloatArray();
        float[] added = b.toFloatArray();
        for (int i = 0; i < after.length; i++) {
            assertThat(after[i]).isEqualTo(added[i] + before[i]);
        }
    }

    @Test
    void weightedSum_shapesThatDiffer_areRefused() {
        assertThatThrownBy(() -> Elementwise.weightedSum(List.of(TABLE), new float[] {1}, TensorData.vector(1f)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("FLOAT [3, 2] into FLOAT [1]");
    }

    private static TensorData random(int rows, int width, long seed) {
        Random random = new Random(seed);
        float[] values = new float[rows * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return TensorData.of(List.of((long) rows, (long) width), values);
    }
}
