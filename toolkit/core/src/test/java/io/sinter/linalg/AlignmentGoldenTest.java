package io.sinter.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.linalg.GoldenCases.Case;
import io.sinter.linalg.ProcrustesOptions.Centring;
import io.sinter.linalg.ProcrustesOptions.Orientation;
import io.sinter.linalg.ProcrustesOptions.Scaling;
import io.sinter.linalg.Ridge.Intercept;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Linear fits against numpy's and scipy's numbers: see {@code golden/alignment/README.md} in the resources. */
class AlignmentGoldenTest {

    private static final double BOUND = 1e-9;

    static Stream<Case> cases() {
        List<Case> cases = GoldenCases.read("alignment/alignment");
        assertThat(cases).hasSize(46);
        // Compared in PcaTest.
        return cases.stream().filter(c -> !c.method().endsWith("_of_concatenation"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fit_goldenTables_isReproduced(Case golden) {
        switch (golden.method()) {
            case "orthogonal_procrustes" -> procrustes(golden);
            case "ridge", "least_squares" -> ridge(golden);
            case "cca" -> cca(golden);
            case "gcca_maxvar" -> gcca(golden);
            case "csls" -> csls(golden);
            case "rcsls" -> rcsls(golden);
            default -> throw new AssertionError("no test of " + golden.method());
        }
    }

    private static void procrustes(Case golden) {
        JsonNode parameters = golden.parameters();
        Matrix x = golden.matrix("X");
        Matrix y = golden.matrix("Y");
        ProcrustesOptions options = new ProcrustesOptions(
                parameters.path("scaling").asBoolean(false) ? Scaling.UNIFORM : Scaling.NONE,
                parameters.path("centre").asBoolean(false) ? Centring.MEAN : Centring.ORIGIN,
                parameters.path("rotation_only").asBoolean(false) ? Orientation.ROTATION : Orientation.ANY);

        AffineMap map = Procrustes.fit(x, y, options);

        double scale = has(golden, "scale") ? golden.vector("scale")[0] : 1;
        Matrix expected = golden.matrix("R").transpose();
        for (int row = 0; row < expected.rows(); row++) {
            for (int i = 0; i < expected.columns(); i++) {
                expected.set(row, i, scale * expected.get(row, i));
            }
        }
        Matrices.assertClose(map.weight(), expected, BOUND);
        if (has(golden, "aligned")) {
            Matrices.assertClose(map.apply(x), golden.matrix("aligned"), BOUND);
        }
        if (has(golden, "residual")) {
            assertThat(map.quality().residual() * AffineMap.norm(y))
                    .isCloseTo(golden.vector("residual")[0], within(BOUND));
        }
    }

    private static void ridge(Case golden) {
        JsonNode parameters = golden.parameters();
        Matrix x = golden.matrix("X");
        Intercept intercept = parameters.path("intercept").asBoolean(false) ? Intercept.FITTED : Intercept.NONE;

        AffineMap map =
                Ridge.fit(x, golden.matrix("Y"), parameters.path("alpha").asDouble(0), intercept);

        Matrices.assertClose(map.weight(), golden.matrix("W").transpose(), BOUND);
        Matrices.assertClose(map.apply(x), golden.matrix("aligned"), BOUND);
        if (intercept == Intercept.FITTED) {
            assertThat(map.bias()).containsExactly(golden.vector("intercept"), within(BOUND));
        }
    }

    private static void cca(Case golden) {
        Matrix x = golden.matrix("X");
        Matrix y = golden.matrix("Y");

        CcaFit fit = Cca.fit(
                x,
                y,
                golden.parameters().get("k").asInt(),
                golden.parameters().get("reg").asDouble());

        assertThat(fit.correlations()).containsExactly(golden.vector("correlations"), within(BOUND));
        Matrices.assertClose(fit.x().weight(), golden.matrix("A").transpose(), 1e-8);
        Matrices.assertClose(fit.y().weight(), golden.matrix("B").transpose(), 1e-8);
        Matrices.assertClose(fit.x().apply(x), golden.matrix("U"), 1e-8);
        Matrices.assertClose(fit.y().apply(y), golden.matrix("V"), 1e-8);
    }

    private static void gcca(Case golden) {
        List<Matrix> tables = List.of(golden.matrix("X1"), golden.matrix("X2"), golden.matrix("X3"));

        GccaFit fit = Gcca.fit(
                tables,
                golden.parameters().get("k").asInt(),
                golden.parameters().get("reg").asDouble());

        assertThat(fit.eigenvalues()).containsExactly(golden.vector("eigenvalues"), within(BOUND));
        Matrix projection = Blas.product(fit.shared().asIs(), fit.shared().transposed());
        Matrices.assertClose(projection, golden.matrix("GGt"), 1e-8);
        // G is known up to signs: turn it back before maps are compared.
        Matrix signs =
                Blas.product(fit.shared().transposed(), golden.matrix("G").asIs());
        for (int i = 0; i < 3; i++) {
            Matrix directions = Blas.product(fit.maps().get(i).weight().transposed(), signs.asIs());
            Matrices.assertClose(directions, golden.matrix("U" + (i + 1)), 1e-8);
            Matrix mapped = fit.maps().get(i).apply(tables.get(i));
            assertThat(mapped.columns()).isEqualTo(fit.shared().columns());
        }
    }

    private static void csls(Case golden) {
        Matrix source = golden.matrix("source");
        Matrix target = golden.matrix("target");

        Csls csls = Csls.of(source, target, golden.parameters().get("k").asInt());

        assertThat(csls.sourceMeans()).containsExactly(golden.vector("r_source"), within(BOUND));
        assertThat(csls.targetMeans()).containsExactly(golden.vector("r_target"), within(BOUND));
        assertThat(csls.nearest()).isEqualTo(golden.indices("csls_nearest"));
        Matrix scores = Matrix.allocate(source.rows(), target.rows());
        int[] byCosine = new int[source.rows()];
        for (int i = 0; i < source.rows(); i++) {
            for (int j = 0; j < target.rows(); j++) {
                scores.set(i, j, csls.score(i, j));
            }
        }
        Matrices.assertClose(scores, golden.matrix("csls"), BOUND);
        RowProducts.forEach(csls.source(), csls.target(), (i, cosines) -> byCosine[i] = Ranking.largest(cosines, 1)[0]);
        assertThat(byCosine).isEqualTo(golden.indices("cosine_nearest"));
    }

    private static void rcsls(Case golden) {
        Matrix x = golden.matrix("source");
        Matrix y = golden.matrix("target");
        int k = golden.parameters().get("k").asInt();
        double rate = golden.parameters().get("learning_rate").asDouble();

        Rcsls.Step start = Rcsls.Step.at(golden.matrix("W0"), x, y, k);
        Matrices.assertClose(start.gradient(), golden.matrix("grad0"), BOUND);
        for (int steps = 0; steps <= 3; steps++) {
            RcslsFit fit = Rcsls.fit(x, y, new RcslsOptions(k, rate, steps));
            Matrix expected = golden.matrix(steps == 0 ? "W0" : "W_step" + steps);
            Matrices.assertClose(fit.map().weight(), expected.transpose(), BOUND);
            double[] losses = java.util.Arrays.copyOf(golden.vector("loss"), steps + 1);
            assertThat(fit.losses()).containsExactly(losses, within(BOUND));
        }
    }

    private static boolean has(Case golden, String role) {
        return golden.tensors().names().contains(golden.name() + "/" + role);
    }
}
