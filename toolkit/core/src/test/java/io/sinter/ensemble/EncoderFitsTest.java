package io.sinter.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.combine.Combination;
import io.sinter.linalg.Centred;
import io.sinter.linalg.Gcca;
import io.sinter.linalg.GccaFit;
import io.sinter.linalg.Matrix;
import io.sinter.linalg.Pca;
import io.sinter.linalg.PcaFit;
import io.sinter.linalg.PcaOptions;
import io.sinter.linalg.Procrustes;
import io.sinter.linalg.ProcrustesOptions;
import io.sinter.linalg.Ridge;
import io.sinter.merge.Combinations;
import io.sinter.merge.Combinations.Vectors;
import io.sinter.merge.WidthFit;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.RecipeReader;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.runtime.TestModels;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Fits to vectors of texts, against the fits of linalg on the same numbers, and the nodes with their parameters. */
class EncoderFitsTest {

    private static final int TEXTS = 60;
    private static final String MODELS =
            "models: [{name: a, model: a}, {name: b, model: b}]\nfit: {texts: texts.txt}\n";
    private static final TensorData A = vectors(1, 7);
    private static final TensorData B = vectors(2, 5);
    private static final TensorData C = vectors(3, 7);

    /** Vectors with something in common, of unequal lengths, and about a mean of their own. */
    private static TensorData vectors(int seed, int width) {
        Random common = new Random(99);
        Random own = new Random(seed);
        double[][] mix = new double[width][4];
        for (double[] row : mix) {
            for (int k = 0; k < row.length; k++) {
                row[k] = own.nextGaussian();
            }
        }
        float[] elements = new float[TEXTS * width];
        for (int t = 0; t < TEXTS; t++) {
            double[] hidden = common.doubles(4, -2, 2).toArray();
            for (int i = 0; i < width; i++) {
                double value = 1.5 + 0.3 * own.nextGaussian();
                for (int k = 0; k < hidden.length; k++) {
                    value += mix[i][k] * hidden[k];
                }
                elements[t * width + i] = (float) value;
            }
        }
        return TensorData.of(List.of((long) TEXTS, (long) width), elements);
    }

    private record Fitted(Combination combination, EncoderFits fits, List<TensorData> vectors) {

        static Fitted of(String rest, List<TensorData> vectors) {
            Recipe recipe = RecipeReader.parse(Path.of("recipe.yaml"), MODELS + rest);
            List<String> names = List.of("a", "b");
            List<Vectors> sources = new ArrayList<>();
            for (int i = 0; i < vectors.size(); i++) {
                sources.add(Vectors.ofEncoder(names.get(i), vectors.get(i).dim(1)));
            }
            Combination combination = Combinations.of(recipe, sources);
            return new Fitted(combination, EncoderFits.of(recipe, combination, names, vectors), vectors);
        }

        /** What the nodes make of the vectors, {@code [texts][width]}. */
        Matrix combined() {
            Map<String, TensorData> inputs = new LinkedHashMap<>();
            for (int i = 0; i < vectors.size(); i++) {
                inputs.put("x" + i, vectors.get(i));
            }
            var model = TestModels.model(ops -> {
                List<Value> sources = new ArrayList<>();
                inputs.forEach((name, data) -> sources.add(ops.graph()
                        .addInput(name, new TensorType(DType.FLOAT, Shape.of(Dim.of("batch"), Dim.of(data.dim(1)))))));
                Map<String, Value> parameters = new LinkedHashMap<>();
                fits.parameters().tensors().forEach((name, data) -> parameters.put(name, ops.constant(name, data)));
                TestModels.output(ops, "y", combination.emit(ops, sources, parameters));
            });
            try (Session session = new OrtRuntime().open(model, SessionOptions.DEFAULT)) {
                return Matrix.copyOf(session.run(inputs, "y"));
            }
        }

        WidthFit fit() {
            assertThat(fits.fits()).isNotEmpty();
            return fits.fits().getFirst();
        }
    }

    private static void assertSame(Matrix actual, Matrix expected) {
        assertThat(actual.rows()).isEqualTo(expected.rows());
        assertThat(actual.columns()).isEqualTo(expected.columns());
        for (int r = 0; r < actual.rows(); r++) {
            for (int c = 0; c < actual.columns(); c++) {
                assertThat(actual.get(r, c)).as("row %d, column %d", r, c).isCloseTo(expected.get(r, c), within(2e-5));
            }
        }
    }

    private static Matrix beside(Matrix x, Matrix y) {
        Matrix both = Matrix.allocate(x.rows(), x.columns() + y.columns());
        for (int r = 0; r < x.rows(); r++) {
            for (int c = 0; c < both.columns(); c++) {
                both.set(r, c, c < x.columns() ? x.get(r, c) : y.get(r, c - x.columns()));
            }
        }
        return both;
    }

    private static Matrix mean(Matrix x, Matrix y) {
        Matrix mean = Matrix.allocate(x.rows(), x.columns());
        for (int r = 0; r < x.rows(); r++) {
            for (int c = 0; c < mean.columns(); c++) {
                mean.set(r, c, (x.get(r, c) + y.get(r, c)) / 2);
            }
        }
        return mean;
    }

    private static Matrix unit(TensorData vectors) {
        return Matrix.copyOf(vectors).toUnitLength();
    }

    @Test
    void centredConcatenation_ofUnitVectors_takesEachMeanOff() {
        Fitted fitted = Fitted.of(
                "combine: {level: sentence, method: concatenation, normalize_sources: true, centre_sources: true}\n",
                List.of(A, B));

        Matrix expected =
                beside(Centred.of(unit(A)).matrix(), Centred.of(unit(B)).matrix());
        assertSame(fitted.combined(), expected);
        assertThat(fitted.fits().notes())
                .hasSize(2)
                .first()
                .asString()
                .matches("a: the mean vector of 60 texts, which is taken off, has a length of 0\\.\\d{3}; "
                        + "a vector's mean length is 1\\.000");
    }

    @Test
    void centredAverage_ofVectorsAsGiven_takesEachMeanOff() {
        Fitted fitted = Fitted.of("combine: {level: sentence, method: average, centre_sources: true}\n", List.of(A, C));

        assertSame(
                fitted.combined(),
                mean(
                        Centred.of(Matrix.copyOf(A)).matrix(),
                        Centred.of(Matrix.copyOf(C)).matrix()));
    }

    @Test
    void svd_ofCentredUnitVectors_isLinalgsOnTheSameMatrix() {
        Fitted fitted = Fitted.of("""
                        dimension: {to: 4, by: svd}
                        combine: {level: sentence, method: concatenation, normalize_sources: true, centre_sources: true}
                        """, List.of(A, B));

        Matrix both = beside(Centred.of(unit(A)).matrix(), Centred.of(unit(B)).matrix());
        PcaFit direct = Pca.fit(List.of(both.toTensor()), 4, PcaOptions.SVD);
        assertSame(fitted.combined(), direct.project(both));
        double kept = 0;
        for (double share : direct.explainedVarianceRatio().data().toArray(TensorData.F64)) {
            kept += share;
        }
        assertThat(Objects.requireNonNull(fitted.fit().explainedVariance())).isCloseTo(kept, within(1e-12));
        assertThat(fitted.fit().describe())
                .isEqualTo("the concatenation by svd on 60 texts: %.4f of the variance is kept".formatted(kept));
    }

    @Test
    void pca_ofUnitVectors_isLinalgsOnTheSameMatrix() {
        Fitted fitted = Fitted.of(
                "dimension: {to: 3, by: pca}\ncombine: {level: sentence, method: concatenation, normalize_sources: true}\n",
                List.of(A, B));

        Matrix both = beside(unit(A), unit(B));
        assertSame(
                fitted.combined(),
                Pca.fit(List.of(both.toTensor()), 3, PcaOptions.PCA).project(both));
    }

    @Test
    void gcca_averaged_isTheMeanOfLinalgsMaps() {
        Fitted fitted =
                Fitted.of("dimension: {to: 3, by: gcca}\ncombine: {level: sentence, method: average}\n", List.of(A, B));

        Matrix a = Matrix.copyOf(A);
        Matrix b = Matrix.copyOf(B);
        GccaFit direct = Gcca.fit(List.of(a, b), 3, 0);
        assertSame(
                fitted.combined(),
                mean(direct.maps().getFirst().apply(a), direct.maps().getLast().apply(b)));
        assertThat(fitted.fits().fits())
                .extracting(WidthFit::model, WidthFit::of)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("a", "texts"),
                        org.assertj.core.api.Assertions.tuple("b", "texts"));
    }

    @Test
    void ridge_ofOneToTheOther_leavesTheOther() {
        Fitted fitted = Fitted.of(
                "dimension: {to: a, by: ridge, alpha: 0.5}\ncombine: {level: sentence, method: average}\n",
                List.of(A, B));

        Matrix a = Matrix.copyOf(A);
        Matrix b = Matrix.copyOf(B);
        assertSame(
                fitted.combined(),
                mean(a, Ridge.fit(b, a, 0.5, Ridge.Intercept.FITTED).apply(b)));
        assertThat(Objects.requireNonNull(fitted.fit().residual())).isBetween(0.0, 0.5);
    }

    @Test
    void procrustes_ofUnitVectors_isLinalgs() {
        Fitted fitted = Fitted.of("""
                        dimension: {to: a, by: procrustes}
                        combine: {level: sentence, method: average, normalize_sources: true}
                        """, List.of(A, C));

        Matrix a = unit(A);
        Matrix c = unit(C);
        ProcrustesOptions options = new ProcrustesOptions(
                ProcrustesOptions.Scaling.NONE, ProcrustesOptions.Centring.ORIGIN, ProcrustesOptions.Orientation.ANY);
        assertSame(fitted.combined(), mean(a, Procrustes.fit(c, a, options).apply(c)));
    }
}
