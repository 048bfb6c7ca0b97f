package io.sinter.missing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.linalg.Blas;
import io.sinter.linalg.GoldenCases;
import io.sinter.linalg.GoldenCases.Case;
import io.sinter.linalg.Lapack;
import io.sinter.linalg.Matrices;
import io.sinter.linalg.Matrix;
import io.sinter.linalg.OrthogonalMatchingPursuit;
import io.sinter.linalg.ProcrustesOptions;
import io.sinter.linalg.SparseRows;
import io.sinter.missing.Nearest.Metric;
import io.sinter.missing.Nearest.Weights;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Missing rows against mergekit's numbers: see {@code golden/missing/README.md} in the resources. */
class TokensurgeonGoldenTest {

    private static final double BOUND = 1e-5;

    static List<Case> cases() {
        List<Case> cases = GoldenCases.read("missing/tokensurgeon");
        assertThat(cases).hasSize(54);
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fill_goldenTables_isReproduced(Case golden) {
        switch (golden.method()) {
            case "omp" -> omp(golden);
            case "common_interpolation" -> nearest(golden);
            case "landmark_pca" -> landmarkPca(golden);
            case "mp_rope" -> matchingPursuit(golden);
            case "stb" -> sparseBasis(golden);
            case "subword" -> subtoken(golden);
            default -> throw new AssertionError("no test of " + golden.method());
        }
    }

    /** The guide's rows: shared ones, then missing ones. */
    private static Lack lack(Case golden) {
        Matrix points = golden.matrix("points_a");
        Matrix targets = golden.matrix("targets");
        return lack(stacked(points, targets), golden.matrix("points_b"), points.rows());
    }

    private static Lack lack(Matrix guide, Matrix own, int shared) {
        int[] both = IntStream.range(0, shared).toArray();
        int[] missing = IntStream.range(shared, guide.rows()).toArray();
        return new Lack(own, guide, both, both, missing, List.of());
    }

    private static Matrix stacked(Matrix above, Matrix below) {
        Matrix stacked = Matrix.allocate(above.rows() + below.rows(), above.columns());
        stacked.data().copyFrom(above.data());
        stacked.data().asSlice(above.data().byteSize()).copyFrom(below.data());
        return stacked;
    }

    private static void omp(Case golden) {
        int k = golden.parameters().get("k").asInt();
        SparseRows found = OrthogonalMatchingPursuit.fit(golden.matrix("points_a"), golden.matrix("targets"), k);

        assertThat(Arrays.stream(found.columns()).flatMapToInt(Arrays::stream).toArray())
                .isEqualTo(golden.indices("indices"));
        Matrices.assertClose(Matrices.of(found.weights()), golden.matrix("coeffs"), 1e-4);
        Matrices.assertClose(found.times(golden.matrix("points_a")), golden.matrix("approx_a"), BOUND);
        Matrices.assertClose(new Omp(k).fill(lack(golden)), golden.matrix("out"), 1e-4);
    }

    private static void matchingPursuit(Case golden) {
        JsonNode parameters = golden.parameters();
        MatchingPursuit method = new MatchingPursuit(
                parameters.get("num_heads_a").asInt(),
                parameters.get("num_heads_b").asInt(),
                parameters.get("k").asInt(),
                parameters.get("rope_base").asDouble());

        assertWithinScale(method.fill(lack(golden)), golden.matrix("out"), 1e-4);
    }

    private static void nearest(Case golden) {
        JsonNode parameters = golden.parameters();
        Weights weights = switch (parameters.get("weight_scheme").asString()) {
            case "distance_proportional" -> Weights.INVERSE_DISTANCE;
            case "barycentric" -> Weights.BARYCENTRIC;
            case "least_squares" -> Weights.LEAST_SQUARES;
            default -> throw new AssertionError(parameters);
        };
        Metric metric = parameters.get("metric").asString().equals("cosine") ? Metric.COSINE : Metric.EUCLIDEAN;
        int k = parameters.get("k").isNull()
                ? Integer.MAX_VALUE
                : parameters.get("k").asInt();
        Nearest nearest = new Nearest(k, metric, weights);

        SparseRows found = nearest.weights(golden.matrix("points_a"), golden.matrix("targets"));

        Matrix byPoint = found.times(Matrix.identity(golden.matrix("points_a").rows()));
        Matrix filled = nearest.fill(lack(golden));
        Matrix recorded = recorded(golden);
        // float32 and a system of equations: its condition is in the recorded numbers.
        double bound = weights == Weights.INVERSE_DISTANCE ? BOUND : 1e-4;
        for (int target = 0; target < filled.rows(); target++) {
            double sum =
                    Arrays.stream(recorded.row(target).toArray(TensorData.F64)).sum();
            if (metric == Metric.COSINE && sum < 0) {
                // Divided by 10⁻⁶ there: a defect.
                assertThat(found.weights()[target]).containsOnly(1.0 / found.weights()[target].length);
            } else {
                assertWithinScale(byPoint.gather(target), recorded.gather(target), bound);
                assertWithinScale(filled.gather(target), golden.matrix("out").gather(target), bound);
            }
        }
    }

    private static Matrix recorded(Case golden) {
        Matrix weights = golden.matrix("weights");
        int[] points = golden.indices("indices");
        Matrix byPoint =
                Matrix.allocate(weights.rows(), golden.matrix("points_a").rows());
        for (int i = 0; i < points.length; i++) {
            int target = i / weights.columns();
            byPoint.set(target, points[i], weights.get(target, i % weights.columns()));
        }
        return byPoint;
    }

    private static void assertWithinScale(Matrix actual, Matrix expected, double bound) {
        double scale = Matrices.distance(expected, Matrix.allocate(expected.rows(), expected.columns()));
        Matrices.assertClose(actual, expected, bound * Math.max(1, scale));
    }

    /** The recorded result is that of the transposed rotation, with the components' signs as recorded. */
    private static void landmarkPca(Case golden) {
        Lack lack = lack(golden);
        Matrix guide = centred(lack.guidePoints(), lack.guidePoints());
        Matrix own = centred(lack.ownPoints(), lack.ownPoints());
        Matrix targets = centred(lack.targets(), lack.guidePoints());
        Matrix fromGuide = Blas.product(guide.asIs(), golden.matrix("V_a").asIs());
        Matrix fromOwn = Blas.product(own.asIs(), golden.matrix("V_b").asIs());
        Matrix turn = io.sinter.linalg.Procrustes.fit(fromGuide, fromOwn, ProcrustesOptions.ORTHOGONAL)
                .weight();
        Matrix projected = Blas.product(targets.asIs(), golden.matrix("V_a").asIs());
        Matrix defect = Blas.product(
                Blas.product(projected.asIs(), turn.asIs()).asIs(),
                golden.matrix("V_b").transposed());
        Matrices.assertClose(centred(golden.matrix("out"), lack.ownPoints()), defect, 1e-4);

        // The recorded components are approximate (a randomised decomposition): the formula, with exact ones.
        int components = Math.min(guide.columns(), own.columns());
        Matrix ofGuide = Lapack.gesdd(guide.copy()).vt().firstRows(components);
        Matrix ofOwn = Lapack.gesdd(own.copy()).vt().firstRows(components);
        Lapack.Svd between = Lapack.gesdd(Blas.product(
                Blas.product(ofGuide.asIs(), guide.transposed()).asIs(),
                Blas.product(own.asIs(), ofOwn.transposed()).asIs()));
        Matrix rotation = Blas.product(between.u().asIs(), between.vt().asIs());
        Matrix turned =
                Blas.product(Blas.product(targets.asIs(), ofGuide.transposed()).asIs(), rotation.asIs());
        Matrix filled = new LandmarkPca().fill(lack);
        Matrices.assertClose(centred(filled, lack.ownPoints()), Blas.product(turned.asIs(), ofOwn.asIs()), 1e-9);
    }

    private static Matrix centred(Matrix rows, Matrix about) {
        double[] mean = ColumnStatistics.of(about).mean();
        Matrix centred = rows.copy();
        for (int row = 0; row < rows.rows(); row++) {
            for (int i = 0; i < mean.length; i++) {
                centred.set(row, i, rows.get(row, i) - mean[i]);
            }
        }
        return centred;
    }

    /** There, the missing tokens are the donor's first rows, the shared ones follow. */
    private static void sparseBasis(Case golden) {
        Matrix guide = golden.matrix("donor_embed");
        Matrix own = golden.matrix("orig_embed");
        int missing = guide.rows() - own.rows();
        Lack lack = new Lack(
                own,
                guide,
                IntStream.range(0, own.rows()).toArray(),
                IntStream.range(missing, guide.rows()).toArray(),
                IntStream.range(0, missing).toArray(),
                List.of());

        Matrix filled = new SparseBasis(golden.parameters().get("k").asInt()).fill(lack);

        Matrices.assertClose(filled, golden.matrix("out"), 1e-4);
    }

    private static void subtoken(Case golden) {
        Matrix own = golden.matrix("orig_embed");
        List<Pieces> pieces = new ArrayList<>();
        for (JsonNode token : golden.parameters().get("pieces")) {
            int[] rows = token.valueStream().mapToInt(JsonNode::asInt).toArray();
            pieces.add(new Pieces(rows, IntStream.of(rows).map(row -> 1).toArray()));
        }
        int[] missing = IntStream.range(0, pieces.size()).toArray();
        Lack lack = new Lack(own, own, new int[0], new int[0], missing, pieces);

        Matrix filled = new Subtoken(WEIGHTS.get(golden.name())).fill(lack);

        Matrices.assertClose(filled, golden.matrix("out"), BOUND);
    }

    /** The weighted means are recorded with input and head exchanged: the formulas are right under the other's name. */
    private static final Map<String, Subtoken.Weights> WEIGHTS = Map.ofEntries(
            Map.entry("subword_mean", Subtoken.Weights.MEAN),
            Map.entry("subword_mean_lm_head", Subtoken.Weights.MEAN),
            Map.entry("subword_sum", Subtoken.Weights.SUM),
            Map.entry("subword_sum_lm_head", Subtoken.Weights.SUM),
            Map.entry("subword_weighted_mean", Subtoken.Weights.REVERSED_POSITION),
            Map.entry("subword_weighted_mean_lm_head", Subtoken.Weights.POSITION),
            Map.entry("subword_first_last", Subtoken.Weights.LAST),
            Map.entry("subword_first_last_lm_head", Subtoken.Weights.FIRST));
}
