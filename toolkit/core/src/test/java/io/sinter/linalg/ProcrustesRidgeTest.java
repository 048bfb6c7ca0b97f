package io.sinter.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.error.RecipeException;
import io.sinter.linalg.ProcrustesOptions.Centring;
import io.sinter.linalg.ProcrustesOptions.Orientation;
import io.sinter.linalg.ProcrustesOptions.Scaling;
import io.sinter.linalg.Ridge.Intercept;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProcrustesRidgeTest {

    @ParameterizedTest
    @CsvSource({"7, 7", "5, 9"})
    void procrustes_plantedRotation_isRecovered(int from, int to) {
        Matrix x = Matrices.gaussian(60, from, 1);
        Matrix planted = Matrices.orthonormalRows(from, to, 2);

        AffineMap map = Procrustes.fit(x, Blas.product(x.asIs(), planted.asIs()), ProcrustesOptions.ORTHOGONAL);

        Matrices.assertClose(map.weight(), planted.transpose(), 1e-12);
        assertThat(map.quality().residual()).isLessThan(1e-13);
        assertThat(map.quality().rows()).isEqualTo(60);
        assertThat(map.quality().condition()).isBetween(1.0, 5.0);
    }

    @Test
    void procrustes_similarity_findsScaleAndMeans() {
        Matrix x = Matrices.gaussian(40, 6, 3);
        Matrix y = Blas.product(x.asIs(), Matrices.orthonormalRows(6, 6, 4).asIs());
        for (int row = 0; row < y.rows(); row++) {
            for (int i = 0; i < y.columns(); i++) {
                y.set(row, i, 2.5 * y.get(row, i) + i - 3);
            }
        }

        AffineMap map = Procrustes.fit(x, y, ProcrustesOptions.SIMILARITY);

        Matrices.assertClose(map.apply(x), y, 1e-12);
    }

    @Test
    void procrustes_mirroredTable_isMirroredOnlyIfAllowed() {
        Matrix x = Matrices.gaussian(30, 4, 5);
        Matrix y = x.copy();
        for (int row = 0; row < y.rows(); row++) {
            y.set(row, 0, -y.get(row, 0));
        }
        ProcrustesOptions rotation = new ProcrustesOptions(Scaling.NONE, Centring.ORIGIN, Orientation.ROTATION);

        AffineMap free = Procrustes.fit(x, y, ProcrustesOptions.ORTHOGONAL);
        AffineMap turned = Procrustes.fit(x, y, rotation);

        assertThat(Lapack.determinantSign(free.weight().copy())).isEqualTo(-1);
        assertThat(Lapack.determinantSign(turned.weight().copy())).isEqualTo(1);
        assertThat(free.quality().residual())
                .isLessThan(1e-13)
                .isLessThan(turned.quality().residual());
        Matrices.assertClose(
                Blas.product(turned.weight().asIs(), turned.weight().transposed()), Matrix.identity(4), 1e-12);
    }

    @Test
    void procrustes_rotationBetweenWidths_isRefused() {
        assertThatThrownBy(() -> Procrustes.fit(
                        Matrices.gaussian(9, 2, 1),
                        Matrices.gaussian(9, 3, 1),
                        new ProcrustesOptions(Scaling.NONE, Centring.ORIGIN, Orientation.ROTATION)))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageStartingWith("procrustes: widths 2 and 3: a rotation without mirroring needs equal ones");
    }

    @Test
    void procrustes_zerosWithScale_areRefused() {
        assertThatThrownBy(() ->
                        Procrustes.fit(Matrix.allocate(3, 2), Matrices.gaussian(3, 2, 1), ProcrustesOptions.SIMILARITY))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("there is no scale");
    }

    @ParameterizedTest
    @EnumSource
    void ridge_plantedMapWithoutPenalty_isRecovered(Intercept intercept) {
        Matrix x = Matrices.gaussian(50, 6, 6);
        Matrix planted = Matrices.gaussian(6, 8, 7);
        Matrix y = Blas.product(x.asIs(), planted.asIs());

        AffineMap map = Ridge.fit(x, y, 0, intercept);

        Matrices.assertClose(map.weight(), planted.transpose(), 1e-12);
        assertThat(map.bias()).containsOnly(new double[8], within(1e-12));
    }

    @Test
    void ridge_fewerRowsThanColumns_hasTheLeastNorm() {
        Matrix x = Matrices.gaussian(3, 5, 8);
        Matrix y = Matrices.gaussian(3, 2, 9);

        AffineMap map = Ridge.fit(x, y, 0, Intercept.NONE);

        assertThat(map.quality().residual()).isLessThan(1e-13);
        assertThat(map.quality().condition()).isInfinite();
        Matrix nullSpace = Matrices.orthogonalTo(x).transpose();
        Matrices.assertClose(Blas.product(map.weight().asIs(), nullSpace.asIs()), Matrix.allocate(2, 2), 1e-12);
    }

    @Test
    void ridge_dependentColumns_haveAnInfiniteCondition() {
        Matrix x = Matrices.gaussian(20, 4, 10);
        for (int row = 0; row < 20; row++) {
            x.set(row, 3, x.get(row, 0) + x.get(row, 1));
        }

        FitQuality quality = Ridge.fit(x, x, 0, Intercept.NONE).quality();

        assertThat(quality.condition()).isInfinite();
        assertThat(quality.residual()).isLessThan(1e-12);
    }

    @ParameterizedTest
    @CsvSource({"-1", "NaN", "Infinity"})
    void ridge_badPenalty_isRefused(double alpha) {
        assertThatThrownBy(() -> Ridge.fit(Matrix.identity(2), Matrix.identity(2), alpha, Intercept.NONE))
                .isInstanceOf(RecipeException.class)
                .hasMessage("ridge: alpha: got %s, expected a finite number of 0 or more", alpha);
    }

    @Test
    void fit_differentNumbersOfRows_areRefused() {
        assertThatThrownBy(() -> Ridge.fit(Matrix.allocate(3, 2), Matrix.allocate(4, 5), 0, Intercept.NONE))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage("ridge: tables of 3 x 2 and 4 x 5: the numbers of rows differ");
    }

    @Test
    void fit_noRows_areRefused() {
        assertThatThrownBy(() ->
                        Procrustes.fit(Matrix.allocate(0, 2), Matrix.allocate(0, 5), ProcrustesOptions.ORTHOGONAL))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage("procrustes: tables of 0 x 2 and 0 x 5: there is nothing to fit");
    }

    @Test
    void fit_elementThatIsNotANumber_isRefusedWithItsRow() {
        Matrix x = Matrices.gaussian(4, 3, 1);
        x.set(2, 1, Double.NaN);

        assertThatThrownBy(() -> Procrustes.fit(x, x, ProcrustesOptions.ORTHOGONAL))
                .isInstanceOf(MalformedException.class)
                .hasMessage("procrustes: first table: row 2, column 1 is NaN, expected a finite number");
    }
}
