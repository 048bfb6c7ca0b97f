package io.sinter.activations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.activations.Product.InputAxis;
import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.linalg.Matrix;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tensor.Transposition;
import io.sinter.weights.RegMean;
import io.sinter.weights.TensorGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** RegMean of a layer beside its definition: least squares over the inputs of all models. */
class LayerRegressionTest {

    private static final long SEED = 20261123;
    private static final int IN = 5;
    private static final int OUT = 3;

    private final Random random = new Random(SEED);

    private Matrix inputs(int rows) {
        Matrix x = Matrix.allocate(rows, IN);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < IN; j++) {
                x.set(i, j, random.nextGaussian() * (j + 1));
            }
        }
        return x;
    }

    private TensorData weight() {
        float[] values = new float[OUT * IN];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return TensorData.of(List.of((long) OUT, (long) IN), values);
    }

    private static Matrix moments(Matrix x) {
        Matrix moments = Matrix.allocate(IN, IN);
        for (int i = 0; i < IN; i++) {
            for (int j = 0; j < IN; j++) {
                double sum = 0;
                for (int row = 0; row < x.rows(); row++) {
                    sum += x.get(row, i) * x.get(row, j);
                }
                moments.set(i, j, sum / x.rows());
            }
        }
        return moments;
    }

    private static float[] merged(LayerRegression regression, TensorGroup group) {
        TensorData target = TensorData.allocate(DType.FLOAT, List.of(group.elements()));
        regression.prepare(group).into(0, target);
        return target.toFloatArray();
    }

    private static RegMean settings(double alpha, double lambda, Double... weights) {
        return new RegMean(List.of(weights), alpha, lambda);
    }

    /** The gradient of Σ wᵢ/nᵢ |xᵢW − xᵢWᵢ|², which is 0 at its least. */
    private static double gradient(float[] merged, List<Matrix> x, List<TensorData> models, List<Double> weights) {
        double greatest = 0;
        for (int out = 0; out < OUT; out++) {
            for (int in = 0; in < IN; in++) {
                double sum = 0;
                for (int i = 0; i < x.size(); i++) {
                    float[] own = models.get(i).toFloatArray();
                    for (int row = 0; row < x.get(i).rows(); row++) {
                        double difference = 0;
                        for (int j = 0; j < IN; j++) {
                            difference += x.get(i).get(row, j) * (merged[out * IN + j] - own[out * IN + j]);
                        }
                        sum += weights.get(i)
                                * difference
                                * x.get(i).get(row, in)
                                / x.get(i).rows();
                    }
                }
                greatest = Math.max(greatest, Math.abs(sum));
            }
        }
        return greatest;
    }

    @Test
    void alpha1_isLeastSquares_overTheInputsOfAllModels() {
        List<Matrix> x = List.of(inputs(40), inputs(70));
        List<TensorData> models = List.of(weight(), weight());
        List<Double> weights = List.of(0.5, 2.0);
        LayerRegression regression = new LayerRegression(
                settings(1, 1, 0.5, 2.0),
                x.stream().map(LayerRegressionTest::moments).toList(),
                InputAxis.LAST);
        float[] merged = merged(regression, new TensorGroup("w", null, models, 0));
        assertThat(gradient(merged, x, models, weights)).as("seed %d", SEED).isLessThan(1e-4);
        merged[7] += 0.01f;
        assertThat(gradient(merged, x, models, weights)).isGreaterThan(1e-2);
    }

    @Test
    void alpha0_averagesEachInput_byItsSize() {
        Matrix one = moments(inputs(30));
        Matrix other = moments(inputs(30));
        List<TensorData> models = List.of(weight(), weight());
        float[] merged = merged(
                new LayerRegression(settings(0, 1, 1.0, 1.0), List.of(one, other), InputAxis.LAST),
                new TensorGroup("w", null, models, 0));
        for (int i = 0; i < merged.length; i++) {
            double a = one.get(i % IN, i % IN);
            double b = other.get(i % IN, i % IN);
            double expected =
                    (a * models.get(0).toFloatArray()[i] + b * models.get(1).toFloatArray()[i]) / (a + b);
            assertThat((double) merged[i]).isCloseTo(expected, within(1e-6));
        }
    }

    @ParameterizedTest
    @EnumSource(InputAxis.class)
    void equalModels_giveThemselves_toTheBit(InputAxis axis) {
        TensorData own = axis == InputAxis.LAST ? weight() : Transposition.of(weight());
        LayerRegression regression =
                new LayerRegression(settings(0.9, 1, 1.0, 3.0), List.of(moments(inputs(9)), moments(inputs(9))), axis);
        float[] merged = merged(regression, new TensorGroup("w", null, List.of(own, own), 0));
        assertThat(Arrays.mismatch(merged, own.toFloatArray())).isEqualTo(-1);
    }

    @Test
    void transposedWeights_giveTheTransposedResult() {
        List<Matrix> moments = List.of(moments(inputs(20)), moments(inputs(20)));
        List<TensorData> models = List.of(weight(), weight());
        TensorData base = weight();
        RegMean settings = settings(0.9, 0.7, 1.0, 1.0);
        float[] merged =
                merged(new LayerRegression(settings, moments, InputAxis.LAST), new TensorGroup("w", base, models, 0));
        float[] transposed = merged(
                new LayerRegression(settings, moments, InputAxis.FIRST),
                new TensorGroup(
                        "w",
                        Transposition.of(base),
                        models.stream().map(Transposition::of).toList(),
                        0));
        TensorData back = Transposition.of(TensorData.of(List.of((long) IN, (long) OUT), transposed));
        assertThat(Arrays.mismatch(back.toFloatArray(), merged)).isEqualTo(-1);
    }

    /** With λ = 1 it does not matter from where changes are counted; λ scales them. */
    @Test
    void base_isWhereChangesStart() {
        List<Matrix> moments = List.of(moments(inputs(20)), moments(inputs(20)));
        List<TensorData> models = List.of(weight(), weight());
        TensorData base = weight();
        float[] plain = merged(
                new LayerRegression(settings(0.9, 1, 1.0, 1.0), moments, InputAxis.LAST),
                new TensorGroup("w", null, models, 0));
        for (double lambda : List.of(0.0, 1.0, 1.5)) {
            float[] based = merged(
                    new LayerRegression(settings(0.9, lambda, 1.0, 1.0), moments, InputAxis.LAST),
                    new TensorGroup("w", base, models, 0));
            for (int i = 0; i < based.length; i++) {
                double from = base.toFloatArray()[i];
                assertThat((double) based[i]).isCloseTo(from + lambda * (plain[i] - from), within(1e-5));
            }
        }
    }

    /** A unit that is 0 in all texts: nothing is known of its weights. */
    @Test
    void inputThatIsNeverSeen_hasTheAverage() {
        List<Matrix> moments = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Matrix x = inputs(20);
            for (int row = 0; row < x.rows(); row++) {
                x.set(row, 2, 0);
            }
            moments.add(moments(x));
        }
        List<TensorData> models = List.of(weight(), weight());
        float[] merged = merged(
                new LayerRegression(settings(1, 1, 3.0, 1.0), moments, InputAxis.LAST),
                new TensorGroup("w", null, models, 0));
        for (int out = 0; out < OUT; out++) {
            int at = out * IN + 2;
            double expected =
                    (3 * models.get(0).toFloatArray()[at] + models.get(1).toFloatArray()[at]) / 4;
            assertThat((double) merged[at]).isCloseTo(expected, within(1e-6));
        }
    }

    @Test
    void fewerTokensThanInputs_withoutShrinking_areRefused() {
        LayerRegression regression = new LayerRegression(
                settings(1, 1, 1.0, 1.0), List.of(moments(inputs(1)), moments(inputs(1))), InputAxis.LAST);
        assertThatThrownBy(() -> merged(regression, new TensorGroup("w", null, List.of(weight(), weight()), 0)))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContainingAll("\"w\"", "5 inputs", "alpha below 1");
    }

    @Test
    void notANumber_isNamed() {
        TensorData bad = weight();
        bad.data().setAtIndex(TensorData.F32, 7, Float.NaN);
        LayerRegression regression = new LayerRegression(
                settings(0.9, 1, 1.0, 1.0), List.of(moments(inputs(9)), moments(inputs(9))), InputAxis.LAST);
        assertThatThrownBy(() -> merged(regression, new TensorGroup("w", null, List.of(weight(), bad), 0)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContainingAll("\"w\" of model 2", "row 1, column 2 is NaN");
    }
}
