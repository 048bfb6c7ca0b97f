package io.sinter.train;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Masks are seen through the gradient of Σ dropout(w) ⊙ x, which is mask ⊙ x. */
class DropoutsTest {

    private static final int ROWS = 512;

    private static final int COLUMNS = 384;

    private static Value dropout(Ops ops, Value x, double ratio, boolean training) {
        TensorData mode = TensorData.allocate(DType.BOOL, List.of());
        mode.data().set(ValueLayout.JAVA_BYTE, 0, (byte) (training ? 1 : 0));
        return ops.apply(
                "Dropout",
                List.of(x, ops.constant("ratio", TensorData.scalar((float) ratio)), ops.constant("mode", mode)),
                Map.of());
    }

    private static Model model(Graph graph) {
        Model model = new Model(graph, 8);
        model.setOpset("", 17);
        return model;
    }

    private static TrainingOptions options(long seed, int accumulate) {
        return new TrainingOptions(new Sgd(0, 0), Schedule.constant(1), Double.POSITIVE_INFINITY, accumulate, seed);
    }

    /** Σ over nodes of dropout(wᵢ) ⊙ x with wᵢ = 0. */
    private static TrainingGraph masked(List<Long> extents, int nodes, double ratio, TrainingOptions options) {
        Graph graph = new Graph("masked");
        Ops ops = new Ops(graph, 17);
        Dim[] unknown = extents.stream().map(e -> Dim.unknown()).toArray(Dim[]::new);
        Value x = graph.addInput("x", new TensorType(DType.FLOAT, Shape.of(unknown)));
        List<Value> weights = new ArrayList<>();
        Value sum = x;
        for (int i = 0; i < nodes; i++) {
            Value w = graph.addInitializer("w" + i, TensorData.allocate(DType.FLOAT, extents));
            weights.add(w);
            sum = ops.add(sum, dropout(ops, ops.mul(w, x), ratio, true));
        }
        graph.rename(sum, "sum");
        Value loss = ops.reduceSum(ops.reshape(sum, -1), List.of(0L), KeepDims.DROP);
        return TrainingGraph.of(model(graph), loss, weights, options);
    }

    /** The masks of some steps, node by node. */
    private static List<float[]> masks(TrainingGraph graph, List<Long> extents, int steps) {
        float[] ones = new float[(int) TensorData.elementCount(extents)];
        Arrays.fill(ones, 1);
        Map<String, TensorData> batch = Map.of("x", TensorData.of(extents, ones));
        List<float[]> masks = new ArrayList<>();
        try (TrainingStep training =
                TrainingStep.open(new OrtRuntime(), graph, SessionOptions.DEFAULT, graph.start())) {
            for (int step = 0; step < steps; step++) {
                Map<String, TensorData> before = training.state();
                List<float[]> old = graph.trained().stream()
                        .map(name -> requireNonNull(before.get(name)).toFloatArray())
                        .toList();
                training.step(batch);
                for (int i = 0; i < old.size(); i++) {
                    float[] now = requireNonNull(
                                    training.state().get(graph.trained().get(i)))
                            .toFloatArray();
                    float[] mask = new float[now.length];
                    for (int k = 0; k < mask.length; k++) {
                        mask[k] = old.get(i)[k] - now[k];
                    }
                    masks.add(mask);
                }
            }
        }
        return masks;
    }

    private static List<float[]> masks(long seed, double ratio, int nodes, int steps) {
        List<Long> extents = List.of((long) ROWS, (long) COLUMNS);
        return masks(masked(extents, nodes, ratio, options(seed, 1)), extents, steps);
    }

    /** +1 where an element is kept, −1 where not, less the mean of that, over its deviation. */
    private static double[] signs(float[] mask, double ratio) {
        double deviation = 2 * Math.sqrt(ratio * (1 - ratio));
        double[] signs = new double[mask.length];
        for (int i = 0; i < mask.length; i++) {
            signs[i] = ((mask[i] > 0.5 ? 1 : -1) - (1 - 2 * ratio)) / deviation;
        }
        return signs;
    }

    /** How many standard deviations the mean of products of independent standardised numbers is away from 0. */
    private static double z(double sum, long count) {
        return Math.abs(sum) / Math.sqrt((double) count);
    }

    private static double correlation(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return z(sum, a.length);
    }

    @ParameterizedTest
    @CsvSource({"0.1, 1", "0.5, 2", "0.3, 3", "0.9, 4"})
    void mask_leavesOutTheRatio_inAllRowsAndColumns_andScalesTheRest(double ratio, long seed) {
        float[] mask = masks(seed, ratio, 1, 1).getFirst();
        float kept = (float) (1 / (1 - ratio));
        double[] rows = new double[ROWS];
        double[] columns = new double[COLUMNS];
        double all = 0;
        double[] signs = signs(mask, ratio);
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] != 0) {
                assertThat(mask[i]).isCloseTo(kept, within(1e-5f));
            }
            rows[i / COLUMNS] += signs[i];
            columns[i % COLUMNS] += signs[i];
            all += signs[i];
        }
        assertThat(z(all, mask.length)).as("all").isLessThan(4);
        assertThat(chiSquare(rows, COLUMNS)).as("rows").isBetween(-5.0, 5.0);
        assertThat(chiSquare(columns, ROWS)).as("columns").isBetween(-5.0, 5.0);
    }

    /** Of sums of {@code count} standardised numbers each: (Σ z² − n) / √2n, about standard normal. */
    private static double chiSquare(double[] sums, int count) {
        double square = 0;
        for (double sum : sums) {
            square += sum * sum / count;
        }
        return (square - sums.length) / Math.sqrt(2.0 * sums.length);
    }

    @Test
    void elements_ofOneMask_areIndependent() {
        double ratio = 0.3;
        double[] s = signs(masks(7, ratio, 1, 1).getFirst(), ratio);
        for (int lag : new int[] {1, 2, 3, 8, 64, COLUMNS, 2 * COLUMNS, COLUMNS + 1, 16 * COLUMNS}) {
            double[] first = Arrays.copyOf(s, s.length - lag);
            double[] second = Arrays.copyOfRange(s, lag, s.length);
            assertThat(correlation(first, second)).as("lag " + lag).isLessThan(4);
        }
        // Products of a row's and a column's word: the four corners of a rectangle are where a relation would show.
        for (int[] side : new int[][] {{1, 1}, {1, 2}, {3, 5}, {64, 64}, {256, 192}}) {
            double sum = 0;
            long count = 0;
            for (int r = 0; r + side[0] < ROWS; r++) {
                for (int c = 0; c + side[1] < COLUMNS; c++) {
                    int at = r * COLUMNS + c;
                    sum += s[at] * s[at + side[1]] * s[at + side[0] * COLUMNS] * s[at + side[0] * COLUMNS + side[1]];
                    count++;
                }
            }
            assertThat(z(sum, count)).as("rectangle " + Arrays.toString(side)).isLessThan(4);
        }
    }

    @Test
    void masks_ofOtherSteps_nodesAndSeeds_areIndependent() {
        List<float[]> some = new ArrayList<>(masks(1, 0.5, 3, 3));
        some.addAll(masks(2, 0.5, 1, 1));
        some.addAll(masks(1L << 32 | 1, 0.5, 1, 1));
        for (int i = 0; i < some.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(correlation(signs(some.get(i), 0.5), signs(some.get(j), 0.5)))
                        .as(i + " and " + j)
                        .isLessThan(4.5);
            }
        }
    }

    @Test
    void masks_ofOneSeed_areTheSame() {
        List<float[]> first = masks(5, 0.2, 2, 2);
        List<float[]> second = masks(5, 0.2, 2, 2);
        for (int i = 0; i < first.size(); i++) {
            assertThat(Arrays.equals(first.get(i), second.get(i))).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 5000", "1, 5000, 1", "7, 11, 65"})
    void tensors_ofOtherShapes_haveMasksToo(long a, long b, long c) {
        List<Long> extents = List.of(a, b, c);
        float[] mask =
                masks(masked(extents, 1, 0.25, options(1, 1)), extents, 1).getFirst();
        double[] signs = signs(mask, 0.25);
        assertThat(z(Arrays.stream(signs).sum(), signs.length)).isLessThan(4);
    }

    @Test
    void vector_hasAMask() {
        List<Long> extents = List.of(5000L);
        double[] signs =
                signs(masks(masked(extents, 1, 0.25, options(1, 1)), extents, 1).getFirst(), 0.25);
        assertThat(z(Arrays.stream(signs).sum(), signs.length)).isLessThan(4);
    }

    @Test
    void batches_thatAreAccumulated_haveMasksOfTheirOwn() {
        List<Long> extents = List.of((long) ROWS, (long) COLUMNS);
        TrainingGraph graph = masked(extents, 1, 0.5, options(3, 2));
        TensorData ones = TensorData.allocate(DType.FLOAT, extents);
        for (long i = 0; i < ones.elementCount(); i++) {
            ones.data().setAtIndex(TensorData.F32, i, 1);
        }
        try (TrainingStep training =
                TrainingStep.open(new OrtRuntime(), graph, SessionOptions.DEFAULT, graph.start())) {
            training.step(List.of(Map.of("x", ones), Map.of("x", ones)));
            float[] moved = requireNonNull(training.state().get("w0")).toFloatArray();
            long[] counts = new long[3];
            for (float m : moved) {
                counts[Math.round(-m)]++;
            }
            // Both left out, one, none: a quarter, a half, a quarter.
            assertThat((double) counts[1] / moved.length).isCloseTo(0.5, within(0.01));
            assertThat((double) counts[0] / moved.length).isCloseTo(0.25, within(0.01));
        }
    }

    @Test
    void forward_leavesNothingOut() {
        List<Long> extents = List.of(3L, 4L);
        TrainingGraph graph = masked(extents, 1, 0.5, options(1, 1));
        TensorData x = TensorData.of(extents, 1f, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        Map<String, TensorData> state = Map.of("w0", x);
        try (WeightsNow forward =
                new WeightsNow(new OrtRuntime(), SessionOptions.DEFAULT, graph.forward(), () -> state)) {
            float[] sum = requireNonNull(
                            forward.run(Map.of("x", x), List.of("sum")).get("sum"))
                    .toFloatArray();
            for (int i = 0; i < sum.length; i++) {
                assertThat(sum[i]).isEqualTo((i + 1f) + (i + 1f) * (i + 1f));
            }
        }
    }

    @Test
    void dropout_thatIsOff_doesNothing() {
        Graph graph = new Graph("off");
        Ops ops = new Ops(graph, 17);
        Value w = graph.addInitializer("w", TensorData.vector(1f, 2f, 3f));
        Value loss = ops.reduceSum(dropout(ops, w, 0.9, false), List.of(0L), KeepDims.DROP);
        TrainingGraph training = TrainingGraph.of(model(graph), loss, List.of(w), options(1, 1));
        try (TrainingStep run = SteppedTraining.open(new OrtRuntime(), training, SessionOptions.DEFAULT)) {
            assertThat(run.step(Map.of()).loss()).isEqualTo(6);
        }
    }

    @Test
    void ratio_of1_isRefused() {
        assertThatThrownBy(() -> masked(List.of(2L), 1, 1, options(1, 1)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("ratio: got 1.0");
    }

    @Test
    void words_areThoseOfTheFormula() {
        long seed = 0x0123456789ABCDEFL;
        Graph graph = new Graph("words");
        Ops ops = new Ops(graph, 17);
        Value number = graph.addInput("number", new TensorType(DType.INT64, Shape.of(List.of())));
        Value words = RandomWords.of(ops, number, seed).words(5, ops.constant(TensorData.scalar(100L)));
        graph.addOutput(words);
        try (Session session = new OrtRuntime().open(model(graph), SessionOptions.DEFAULT)) {
            TensorData got = session.run(Map.of("number", TensorData.scalar(42L)), words.name());
            int[] mixed = mixed(42, (int) (seed >>> 32), (int) seed);
            for (int i = 0; i < 100; i++) {
                assertThat(got.data().getAtIndex(TensorData.I32, i)).isEqualTo(mixed(i, mixed[1] + 5, mixed[0])[0]);
            }
        }
    }

    private static int[] mixed(int x, int y, int key) {
        int a = x;
        int b = y;
        for (int round = 0; round < 7; round++) {
            long product = Integer.toUnsignedLong(a) * 0xD256D193L;
            a = (int) (product >>> 32) + key + round * 0x9E3779B9 + b;
            b = (int) product;
        }
        return new int[] {a, b};
    }
}
