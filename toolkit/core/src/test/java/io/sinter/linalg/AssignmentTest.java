package io.sinter.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AssignmentTest {

    private static final long SEED = 11;

    private final Random random = new Random(SEED);

    private Matrix values(int order, int grades) {
        Matrix values = Matrix.allocate(order, order);
        for (int i = 0; i < order; i++) {
            for (int j = 0; j < order; j++) {
                values.set(i, j, grades == 0 ? random.nextGaussian() : random.nextInt(grades) - 2);
            }
        }
        return values;
    }

    /** The greatest sum of all ways to choose. */
    private static double greatest(Matrix values, int row, int taken) {
        if (row == values.rows()) {
            return 0;
        }
        double best = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < values.columns(); j++) {
            if ((taken >> j & 1) == 0) {
                best = Math.max(best, values.get(row, j) + greatest(values, row + 1, taken | 1 << j));
            }
        }
        return best;
    }

    @Test
    void sum_isTheGreatest_ofAllPermutations() {
        for (int trial = 0; trial < 200; trial++) {
            Matrix values = values(1 + trial % 7, trial % 3 == 0 ? 4 : 0);
            int[] columns = Assignment.greatest(values);
            assertThat(Arrays.stream(columns).distinct().count()).isEqualTo(columns.length);
            assertThat(Assignment.sum(values, columns))
                    .as("trial %d, seed %d", trial, SEED)
                    .isCloseTo(greatest(values, 0, 0), within(1e-9));
        }
    }

    @Test
    void rows_thatStandOut_getTheirColumns() {
        int order = 700;
        int[] places = IntStream.range(0, order).map(i -> (i * 13 + 5) % order).toArray();
        Matrix values = values(order, 0);
        for (int i = 0; i < order; i++) {
            values.set(i, places[i], 20);
        }
        assertThat(Arrays.mismatch(Assignment.greatest(values), places)).isEqualTo(-1);
    }

    @Test
    void nothing_hasNoColumns() {
        assertThat(Assignment.greatest(Matrix.allocate(0, 0))).isEmpty();
        assertThatThrownBy(() -> Assignment.greatest(Matrix.allocate(1, 2)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
