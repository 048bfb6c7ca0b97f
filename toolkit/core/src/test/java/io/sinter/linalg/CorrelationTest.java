package io.sinter.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.error.RecipeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** CCA, GCCA and whitening beyond the golden numbers. */
class CorrelationTest {

    @Test
    void cca_tablesWithAPlantedDirection_findIt() {
        Matrix x = Matrices.gaussian(400, 5, 1);
        Matrix y = Matrices.gaussian(400, 7, 2);
        for (int row = 0; row < 400; row++) {
            y.set(row, 4, 3 * x.get(row, 2) - 10);
        }

        CcaFit fit = Cca.fit(x, y, 2, 0);

        assertThat(fit.correlations()[0]).isCloseTo(1, within(1e-9));
        assertThat(fit.correlations()[1]).isLessThan(0.4);
        assertThat(Math.abs(fit.x().weight().get(0, 2))).isGreaterThan(0.9);
        assertThat(Math.abs(fit.y().weight().get(0, 3))).isLessThan(1e-6);
    }

    @Test
    void gcca_rotatedCopies_agreeCompletely() {
        Matrix x = Matrices.gaussian(100, 6, 3);
        Matrix turned = Blas.product(x.asIs(), Matrices.orthonormalRows(6, 6, 4).asIs());
        Matrix wider = Blas.product(x.asIs(), Matrices.orthonormalRows(6, 9, 5).asIs());

        GccaFit fit = Gcca.fit(List.of(x, turned, wider), 6, 0);

        assertThat(fit.eigenvalues()).containsOnly(new double[] {3}, within(1e-9));
        assertThat(fit.maps())
                .allSatisfy(map -> assertThat(map.quality().residual()).isLessThan(1e-9));
        assertThat(fit.maps().get(2).quality().condition()).isInfinite();
        Matrices.assertClose(
                Blas.product(fit.shared().transposed(), fit.shared().asIs()), Matrix.identity(6), 1e-9);
    }

    @Test
    void gcca_orderOfTables_changesNothingButTheOrderOfMaps() {
        Matrix x = Matrices.gaussian(80, 5, 6);
        Matrix y = Matrices.gaussian(80, 4, 7);

        GccaFit one = Gcca.fit(List.of(x, y), 3, 0.5);
        GccaFit other = Gcca.fit(List.of(y, x), 3, 0.5);

        assertThat(one.eigenvalues()).containsExactly(other.eigenvalues(), within(1e-12));
        Matrices.assertClose(
                Blas.product(one.shared().asIs(), one.shared().transposed()),
                Blas.product(other.shared().asIs(), other.shared().transposed()),
                1e-9);
    }

    @Test
    void gcca_badInput_isRefused() {
        Matrix x = Matrices.gaussian(20, 3, 8);
        Matrix bad = x.copy();
        bad.set(4, 2, Double.NaN);
        Matrix flat = Matrix.allocate(20, 3);

        assertThatThrownBy(() -> Gcca.fit(List.of(x), 1, 0))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage("gcca: got 1 tables, expected two or more");
        assertThatThrownBy(() -> Gcca.fit(List.of(x, x), 7, 0))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage("gcca: got k = 7 for 20 rows of 6 columns in all, expected 1 to 6");
        assertThatThrownBy(() -> Gcca.fit(List.of(x, flat), 4, 0))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage("gcca: got k = 4, but the tables vary in 3 directions only; take a smaller k");
        assertThatThrownBy(() -> Gcca.fit(List.of(x, bad), 1, 0))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("row 4, column 2 is NaN");
        assertThatThrownBy(() -> Gcca.fit(List.of(x, x), 1, -1)).isInstanceOf(RecipeException.class);
        assertThatThrownBy(() -> Cca.fit(x, x, 4, 0))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage("cca: got k = 4 for 20 rows of widths 3 and 3, expected 1 to 3 and two rows");
    }

    @ParameterizedTest
    @EnumSource
    void whitening_allDirections_makesTheCovarianceTheIdentity(WhiteningKind kind) {
        Matrix x = Blas.product(
                Matrices.gaussian(300, 6, 9).asIs(), Matrices.gaussian(6, 6, 10).asIs());
        for (int row = 0; row < 300; row++) {
            x.set(row, 1, x.get(row, 1) + 100);
        }

        AffineMap map = Whitening.fit(x, 6, kind);

        Matrix white = map.apply(x);
        Centred centred = Centred.of(white);
        assertThat(centred.mean()).containsOnly(new double[] {0}, within(1e-9));
        Matrix covariance = Matrix.allocate(6, 6);
        Blas.gemm(1.0 / 299, white.transposed(), white.asIs(), 0, covariance);
        Matrices.assertClose(covariance, Matrix.identity(6), 1e-9);
        if (kind == WhiteningKind.ZCA) {
            Matrices.assertClose(map.weight(), map.weight().transpose(), 1e-9);
        }
    }

    @ParameterizedTest
    @CsvSource({"PCA, 2", "ZCA, 5"})
    void whitening_fewerDirections_haveTheKindsWidth(WhiteningKind kind, int width) {
        assertThat(Whitening.fit(Matrices.gaussian(50, 5, 11), 2, kind).weight().rows())
                .isEqualTo(width);
    }

    @Test
    void whitening_moreThanTheTableVariesIn_isRefused() {
        Matrix x = Matrices.gaussian(50, 4, 12);
        for (int row = 0; row < 50; row++) {
            x.set(row, 3, 2 * x.get(row, 0));
        }

        assertThatThrownBy(() -> Whitening.fit(x, 4, WhiteningKind.PCA))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage("whitening: got k = 4, but the 50 rows vary in 3 directions only; take a smaller k");
    }

    @Test
    void csls_hub_isNotEverybodysNearest() {
        // Target 3 is near to every source; each source has a target of its own.
        Matrix source = Matrix.identity(3);
        Matrix target = Matrices.of(
                new double[] {1, 0, 0.9}, new double[] {0.9, 1, 0}, new double[] {0, 0.9, 1}, new double[] {1, 1, 1});

        assertThat(Csls.of(source, target, 3).nearest()).containsExactly(0, 1, 2);
        assertThatThrownBy(() -> Csls.of(source, Matrix.allocate(0, 3), 3))
                .isInstanceOf(IncompatibleException.class)
                .hasMessage("csls: got tables of 3 x 3 and 0 x 3, expected one width and some rows");
    }

    @Test
    void rcsls_hugeLearningRate_isHalvedUntilTheLossFalls() {
        Matrix x = Matrices.gaussian(60, 6, 13);
        Matrix y = Matrices.gaussian(60, 6, 14);

        double[] losses = Rcsls.fit(x, y, new RcslsOptions(3, 1e6, 60)).losses();

        assertThat(losses.length).isGreaterThan(2);
        assertThat(losses).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThatThrownBy(() -> new RcslsOptions(3, 0, 5)).isInstanceOf(RecipeException.class);
    }
}
