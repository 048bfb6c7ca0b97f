package io.sinter.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.tensor.TensorData;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlasLapackTest {

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 3, 4", "5, 1, 7", "17, 33, 9"})
    void gemm_everyOrientation_isTheProduct(int m, int k, int n) {
        Matrix a = random(m, k, 1);
        Matrix b = random(k, n, 2);
        Matrix c = random(m, n, 3);
        Matrix expected = Matrix.allocate(m, n);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int l = 0; l < k; l++) {
                    sum += a.get(i, l) * b.get(l, j);
                }
                expected.set(i, j, 2 * sum - c.get(i, j));
            }
        }

        for (Matrix.Factor left : List.of(a.asIs(), transpose(a).transposed())) {
            for (Matrix.Factor right : List.of(b.asIs(), transpose(b).transposed())) {
                Matrix result = random(m, n, 3);
                Blas.gemm(2, left, right, -1, result);
                assertClose(result, expected);
            }
        }
    }

    @Test
    void gemm_shapesThatDoNotFit_areRefused() {
        Matrix a = Matrix.allocate(2, 3);

        assertThatThrownBy(() -> Blas.gemm(1, a.asIs(), a.asIs(), 0, a))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 x 3 times 2 x 3 into 2 x 3");
    }

    @Test
    void gemm_noInnerExtent_leavesBetaTimesC() {
        Matrix c = random(2, 2, 1);

        Blas.gemm(1, Matrix.allocate(2, 0).asIs(), Matrix.allocate(0, 2).asIs(), 1, c);

        assertClose(c, random(2, 2, 1));
    }

    @Test
    void syrk_twice_addsBothSquares() {
        Matrix a = random(7, 4, 1);
        Matrix square = Matrix.allocate(4, 4);
        Matrix expected = Matrix.allocate(4, 4);

        Blas.syrk(a, square);
        Blas.syrk(a, square);
        Blas.mirror(square);

        Blas.gemm(2, a.transposed(), a.asIs(), 0, expected);
        assertClose(square, expected);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "6, 6", "40, 3"})
    void syevr_symmetricMatrix_givesItsLargestPairs(int n, int count) {
        Matrix root = random(n + 2, n, 9);
        Matrix square = Matrix.allocate(n, n);
        Blas.syrk(root, square);
        Matrix copy = Matrix.allocate(n, n);
        Blas.syrk(root, copy);
        Blas.mirror(copy);

        Lapack.Eigen eigen = Lapack.syevr(square, count);

        assertThat(eigen.values()).hasSize(count).isSortedAccordingTo(Comparator.reverseOrder());
        Matrix image = Matrix.allocate(count, n);
        Blas.gemm(1, eigen.vectors().asIs(), copy.asIs(), 0, image);
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < n; j++) {
                image.set(i, j, image.get(i, j) / eigen.values().get(i));
            }
        }
        assertClose(image, eigen.vectors());
        assertOrthonormalRows(eigen.vectors());
    }

    @Test
    void syevr_wrongCount_isRefused() {
        assertThatThrownBy(() -> Lapack.syevr(Matrix.allocate(2, 2), 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Lapack.syevr(Matrix.allocate(2, 3), 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 5", "9, 4", "4, 9", "30, 31"})
    void gesdd_anyShape_multipliesBackToTheMatrix(int m, int n) {
        Lapack.Svd svd = Lapack.gesdd(random(m, n, 4));

        int rank = Math.min(m, n);
        Matrix scaled = Matrix.allocate(rank, n);
        for (int i = 0; i < rank; i++) {
            for (int j = 0; j < n; j++) {
                scaled.set(i, j, svd.values().get(i) * svd.vt().get(i, j));
            }
        }
        Matrix product = Matrix.allocate(m, n);
        Blas.gemm(1, svd.u().asIs(), scaled.asIs(), 0, product);
        assertClose(product, random(m, n, 4));
        assertThat(svd.values()).isSortedAccordingTo(Comparator.reverseOrder());
        assertOrthonormalRows(svd.vt());
        assertOrthonormalRows(transpose(svd.u()));
    }

    @Test
    void gesdd_diagonal_hasItsMagnitudes() {
        Matrix diagonal = Matrix.copyOf(TensorData.of(List.of(2L, 3L), 2f, 0, 0, 0, -5, 0));

        assertThat(Lapack.gesdd(diagonal).values()).containsExactly(5.0, 2.0);
    }

    private static void assertOrthonormalRows(Matrix rows) {
        Matrix product = Matrix.allocate(rows.rows(), rows.rows());
        Blas.gemm(1, rows.asIs(), rows.transposed(), 0, product);
        for (int i = 0; i < rows.rows(); i++) {
            for (int j = 0; j < rows.rows(); j++) {
                assertThat(product.get(i, j)).isCloseTo(i == j ? 1 : 0, within(1e-12));
            }
        }
    }

    private static void assertClose(Matrix actual, Matrix expected) {
        assertThat(actual.data().toArray(TensorData.F64))
                .containsExactly(expected.data().toArray(TensorData.F64), within(1e-11));
    }

    private static Matrix transpose(Matrix matrix) {
        Matrix transposed = Matrix.allocate(matrix.columns(), matrix.rows());
        for (int i = 0; i < matrix.rows(); i++) {
            for (int j = 0; j < matrix.columns(); j++) {
                transposed.set(j, i, matrix.get(i, j));
            }
        }
        return transposed;
    }

    private static Matrix random(int rows, int columns, long seed) {
        Random random = new Random(seed);
        Matrix matrix = Matrix.allocate(rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                matrix.set(i, j, random.nextGaussian());
            }
        }
        return matrix;
    }
}
