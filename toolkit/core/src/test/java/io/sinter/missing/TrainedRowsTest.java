package io.sinter.missing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.linalg.Matrices;
import io.sinter.linalg.Matrix;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainedRowsTest {

    /** Trained rows of various lengths about a common mean; the first {@code untrained} as initialised, and moved. */
    private static Matrix table(int untrained, double drift, long seed) {
        Random random = new Random(seed);
        Matrix table = Matrices.gaussian(2000, 64, seed);
        for (int row = 0; row < table.rows(); row++) {
            double length = row < untrained ? 0.02 : 0.1 * Math.exp(0.3 * random.nextGaussian());
            for (int i = 0; i < table.columns(); i++) {
                double mean = row < untrained ? drift * Math.sin(i) : 0.03 * Math.cos(i);
                table.set(row, i, mean + length * table.get(row, i));
            }
        }
        return table;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.05})
    void of_rowsAsInitialised_areFound(double drift) {
        TrainedRows rows = TrainedRows.of(table(40, drift, 1));

        assertThat(rows.untrained().stream().boxed()).hasSize(40).allMatch(row -> row < 40);
        assertThat(rows.isTrained(39)).isFalse();
        assertThat(rows.isTrained(40)).isTrue();
    }

    @Test
    void of_halfTheTable_isFound() {
        assertThat(TrainedRows.of(table(1000, 0.05, 2)).untrained().stream().boxed())
                .hasSize(1000)
                .allMatch(row -> row < 1000);
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 4, 5, 6, 7, 8})
    void of_allTrained_findsNone(long seed) {
        assertThat(TrainedRows.of(table(0, 0, seed)).untrained().cardinality())
                .as("seed %d", seed)
                .isZero();
    }

    @Test
    void of_plainNormalRows_findsNone() {
        assertThat(TrainedRows.of(Matrices.gaussian(500, 32, 9)).untrained().cardinality())
                .isZero();
    }

    @Test
    void of_zeros_areNotTrained() {
        Matrix table = table(0, 0, 10);
        for (int i = 0; i < 64; i++) {
            table.set(17, i, 0);
        }

        assertThat(TrainedRows.of(table).untrained().stream().boxed()).containsExactly(17);
    }

    @Test
    void of_hardlyAnyRows_findsNone() {
        assertThat(TrainedRows.of(Matrices.gaussian(3, 4, 1)).untrained().cardinality())
                .isZero();
        assertThat(TrainedRows.of(Matrix.allocate(0, 4)).untrained().cardinality())
                .isZero();
    }
}
