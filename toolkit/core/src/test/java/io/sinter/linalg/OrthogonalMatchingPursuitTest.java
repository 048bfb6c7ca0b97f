package io.sinter.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrthogonalMatchingPursuitTest {

    /** The definition, step by step, in double. */
    private static int[] plainly(Matrix points, Matrix target, int k) {
        int[] chosen = new int[0];
        Matrix residual = target.copy();
        while (chosen.length < k) {
            int best = -1;
            double largest = -1;
            for (int i = 0; i < points.rows(); i++) {
                double product = Math.abs(Selection.dot(points.row(i), residual.row(0)));
                int candidate = i;
                if (product > largest && Arrays.stream(chosen).noneMatch(c -> c == candidate)) {
                    largest = product;
                    best = i;
                }
            }
            chosen = Arrays.copyOf(chosen, chosen.length + 1);
            chosen[chosen.length - 1] = best;
            Matrix picked = points.gather(chosen);
            double[] weights = LeastSquares.weights(picked, target);
            residual = target.copy();
            for (int i = 0; i < weights.length; i++) {
                for (int j = 0; j < residual.columns(); j++) {
                    residual.set(0, j, residual.get(0, j) - weights[i] * picked.get(i, j));
                }
            }
        }
        return chosen;
    }

    private static double[] residuals(Matrix points, Matrix targets, SparseRows found) {
        Matrix approximation = found.times(points);
        double[] residuals = new double[targets.rows()];
        for (int row = 0; row < residuals.length; row++) {
            for (int i = 0; i < targets.columns(); i++) {
                residuals[row] = Math.hypot(residuals[row], targets.get(row, i) - approximation.get(row, i));
            }
        }
        return residuals;
    }

    private static SparseRows byResidual(Matrix points, Matrix targets, int k) {
        // A single target is not worth a Gram matrix, so each goes the other way.
        int[][] columns = new int[targets.rows()][];
        double[][] weights = new double[targets.rows()][];
        for (int i = 0; i < targets.rows(); i++) {
            SparseRows one = OrthogonalMatchingPursuit.fit(points, targets.gather(i), k);
            columns[i] = one.columns()[0];
            weights[i] = one.weights()[0];
        }
        return new SparseRows(columns, weights);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void fit_randomTables_choosesWhatTheDefinitionChooses(long seed) {
        Matrix points = Matrices.gaussian(300, 24, seed);
        Matrix targets = Matrices.gaussian(40, 24, seed + 100);

        SparseRows gram = OrthogonalMatchingPursuit.fit(points, targets, 16);
        SparseRows direct = byResidual(points, targets, 16);

        for (int i = 0; i < targets.rows(); i++) {
            int[] expected = plainly(points, targets.gather(i), 16);
            assertThat(gram.columns()[i]).as("target %d of seed %d", i, seed).isEqualTo(expected);
            assertThat(direct.columns()[i]).as("target %d of seed %d", i, seed).isEqualTo(expected);
            double[] weights = LeastSquares.weights(points.gather(expected), targets.gather(i));
            assertThat(gram.weights()[i]).containsExactly(weights, within(1e-9));
            assertThat(direct.weights()[i]).containsExactly(weights, within(1e-9));
        }
    }

    @ParameterizedTest
    @CsvSource({"200, 16, plain", "200, 16, duplicates", "60, 40, dependent", "12, 30, plain", "200, 16, zeros"})
    void residual_morePoints_neverGrows(int count, int width, String kind) {
        Matrix points = points(count, width, kind);
        Matrix targets = Matrices.gaussian(20, width, 8);
        double[] before = new double[20];
        Arrays.fill(before, Double.POSITIVE_INFINITY);
        int[][] chosenBefore = new int[20][0];
        for (int k = 1; k <= 24; k++) {
            SparseRows found = OrthogonalMatchingPursuit.fit(points, targets, k);
            double[] residuals = residuals(points, targets, found);
            for (int i = 0; i < 20; i++) {
                assertThat(residuals[i]).as("target %d, k = %d", i, k).isLessThanOrEqualTo(before[i] + 1e-12);
                int[] chosen = found.columns()[i];
                Set<Integer> distinct =
                        new HashSet<>(Arrays.stream(chosen).boxed().toList());
                assertThat(distinct).hasSize(chosen.length);
                int common = Math.min(chosen.length, chosenBefore[i].length);
                assertThat(Arrays.copyOf(chosen, common)).isEqualTo(Arrays.copyOf(chosenBefore[i], common));
                chosenBefore[i] = chosen;
            }
            before = residuals;
        }
    }

    private static Matrix points(int count, int width, String kind) {
        Matrix points = Matrices.gaussian(count, width, 7);
        for (int row = 1; row < count; row++) {
            for (int i = 0; i < width; i++) {
                switch (kind) {
                    case "duplicates" -> points.set(row, i, points.get(row % 10, i));
                    case "dependent" -> {
                        if (row >= 8) {
                            points.set(row, i, points.get(row % 8, i) - 2 * points.get((row + 1) % 8, i));
                        }
                    }
                    case "zeros" -> points.set(row, i, row % 3 == 0 ? 0 : points.get(row, i));
                    default -> {}
                }
            }
        }
        return points;
    }

    @Test
    void fit_moreThanTheRank_reachesTheTargetAndStops() {
        Matrix points = Matrices.gaussian(100, 10, 3);
        Matrix targets = Matrices.gaussian(30, 10, 4);

        SparseRows found = OrthogonalMatchingPursuit.fit(points, targets, 64);

        for (int i = 0; i < 30; i++) {
            assertThat(found.columns()[i]).hasSizeLessThanOrEqualTo(10);
        }
        assertThat(Arrays.stream(residuals(points, targets, found)).max().orElseThrow())
                .isLessThan(1e-6);
    }

    @Test
    void fit_dependentPoints_chooseNoMoreThanTheirRank() {
        Matrix points = points(60, 40, "dependent");

        SparseRows found = OrthogonalMatchingPursuit.fit(points, Matrices.gaussian(20, 40, 5), 30);

        assertThat(List.of(found.columns()))
                .allSatisfy(chosen -> assertThat(chosen).hasSizeBetween(1, 8));
    }

    @Test
    void fit_duplicates_takeTheFirst() {
        Matrix points = points(200, 16, "duplicates");

        SparseRows found = OrthogonalMatchingPursuit.fit(points, Matrices.gaussian(50, 16, 6), 8);

        assertThat(List.of(found.columns())).allSatisfy(chosen -> {
            for (int point : chosen) {
                assertThat(point).isLessThan(10);
            }
        });
    }

    @Test
    void fit_targetThatIsAPoint_isReached() {
        Matrix points = Matrices.gaussian(500, 32, 9);

        SparseRows found = OrthogonalMatchingPursuit.fit(points, points.gather(17, 18, 19, 20, 21, 22, 23, 24), 64);

        Matrices.assertClose(found.times(points), points.gather(17, 18, 19, 20, 21, 22, 23, 24), 1e-6);
    }

    @Test
    void fit_zeroTargetOrZeroPoints_chooseNothing() {
        Matrix points = Matrices.gaussian(5, 3, 1);

        assertThat(List.of(OrthogonalMatchingPursuit.fit(points, Matrix.allocate(9, 3), 4)
                        .columns()))
                .allSatisfy(chosen -> assertThat(chosen).isEmpty());
        assertThat(List.of(OrthogonalMatchingPursuit.fit(Matrix.allocate(5, 3), points, 4)
                        .columns()))
                .allSatisfy(chosen -> assertThat(chosen).isEmpty());
    }

    @Test
    void fit_nearlyDependentPoints_stillFindsTheCombination() {
        Matrix points = Matrices.gaussian(40, 20, 12);
        for (int i = 0; i < 20; i++) {
            points.set(1, i, points.get(0, i) + 1e-3 * points.get(1, i));
        }
        Matrix target = Matrix.allocate(30, 20);
        for (int row = 0; row < 30; row++) {
            for (int i = 0; i < 20; i++) {
                target.set(row, i, 3 * points.get(0, i) - 2.9 * points.get(1, i) + 0.01 * points.get(5, i));
            }
        }

        SparseRows found = OrthogonalMatchingPursuit.fit(points, target, 20);

        assertThat(Arrays.stream(residuals(points, target, found)).max().orElseThrow())
                .isLessThan(1e-6);
    }

    @Test
    void fit_noPoints_isRefused() {
        assertThatThrownBy(() -> OrthogonalMatchingPursuit.fit(Matrix.allocate(0, 3), Matrix.allocate(1, 3), 1))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage("omp: got no points to combine");
    }

    @Test
    void fit_notANumber_isRefusedWithItsRow() {
        Matrix points = Matrices.gaussian(4, 3, 1);
        points.set(3, 0, Double.NEGATIVE_INFINITY);

        assertThatThrownBy(() -> OrthogonalMatchingPursuit.fit(points, Matrix.allocate(1, 3), 1))
                .isInstanceOf(MalformedException.class)
                .hasMessage("omp: points: row 3, column 0 is -Infinity, expected a finite number");
    }
}
