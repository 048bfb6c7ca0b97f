package io.sinter.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.bake.Bake;
import io.sinter.bake.CombinedTable;
import io.sinter.combine.Average;
import io.sinter.combine.Combination;
import io.sinter.combine.Combiner;
import io.sinter.combine.Linear;
import io.sinter.combine.Mlp;
import io.sinter.combine.ParameterSpec;
import io.sinter.error.IncompatibleException;
import io.sinter.parameters.ParameterSource;
import io.sinter.parameters.Parameters;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Combinations learn what there is to learn in made-up sources. */
class CombinerTrainingTest {

    private static final int ROWS = 96;

    private final Random random = new Random(5);

    private final double[][] hidden = matrix(ROWS, 4);

    @Test
    void reconstruction_ofSourcesThatShareFourFactors_findsThem() {
        // 14 numbers a row that are mixtures of 4: a linear map to 4 and back loses nothing.
        List<TensorData> sources = List.of(mixture(8), mixture(6));
        List<StepReport> reports = train(new Linear(4L), sources, new Objective.Reconstruction(), 1500).reports;
        assertThat(reports).hasSize(1500);
        assertThat(reports.getFirst().loss()).isGreaterThan(0.3);
        assertThat(reports.getLast().loss()).isLessThan(0.003);
    }

    @Test
    void regression_toATable_comesNearIt() {
        List<TensorData> sources = List.of(mixture(5), mixture(5));
        TensorData target = tensor(hidden);
        List<StepReport> reports =
                train(new Mlp(16L, 4L), sources, new Objective.Regression(target, new Loss.Cosine()), 600).reports;
        assertThat(reports.getLast().loss())
                .isLessThan(0.05 * reports.getFirst().loss());
    }

    @Test
    void similarity_whereOneSourceIsNoise_beatsTheAverageOnHeldOutPairs() {
        List<TensorData> sources = List.of(tensor(hidden), tensor(matrix(ROWS, 4)));
        List<Objective.Scored> pairs = scored(1200);
        List<Objective.Scored> held = pairs.subList(1000, 1200);
        Objective objective = new Objective.Similarity(pairs.subList(0, 1000));
        Outcome outcome = train(new Linear(4L), sources, objective, 400);
        double learned = error(outcome.rows, held);
        double average = error(rows(Combination.of(new Average()), Map.of(), sources), held);
        assertThat(learned).isLessThan(0.2 * average);
    }

    @Test
    void contrastive_ofNeighbours_bringsThemTogether() {
        List<TensorData> sources = List.of(mixture(6), tensor(matrix(ROWS, 6)));
        List<Objective.Pair> pairs = IntStream.range(0, ROWS / 2)
                .mapToObj(i -> new Objective.Pair(2 * i, 2 * i + 1))
                .toList();
        List<StepReport> reports = train(new Linear(6L), sources, new Objective.Contrastive(pairs, 0.1), 300).reports;
        assertThat(reports.getLast().loss()).isLessThan(0.7 * reports.getFirst().loss());
    }

    @Test
    void ranking_whereOneSourceIsNoise_ordersHeldOutPairsBetterThanTheAverage() {
        List<TensorData> sources = List.of(tensor(hidden), tensor(matrix(ROWS, 4)));
        List<Objective.Scored> pairs = scored(1200);
        HeldOut.Pairs held = new HeldOut.Pairs(pairs.subList(1000, 1200));
        Objective objective = new Objective.Similarity(pairs.subList(0, 1000), new Loss.Ranking(2));
        TensorData learned = train(new Linear(4L), sources, objective, 400).rows;
        TensorData average = rows(Combination.of(new Average()), Map.of(), sources);
        assertThat(spearman(learned, held)).isGreaterThan(0.97);
        assertThat(spearman(average, held)).isLessThan(0.85);
    }

    @Test
    void cosineEmbedding_ofPairsThatAreAlikeOrNot_tellsThemApart() {
        List<TensorData> sources = List.of(tensor(hidden), tensor(matrix(ROWS, 4)));
        List<Objective.Scored> pairs = scored(1200).stream()
                .map(p -> new Objective.Scored(p.pair(), p.score() > 0.3 ? 1 : -1))
                .toList();
        Objective objective = new Objective.Similarity(pairs.subList(0, 1000), new Loss.CosineEmbedding(0));
        TensorData rows = train(new Linear(4L), sources, objective, 400).rows;
        HeldOut.Pairs held = new HeldOut.Pairs(pairs.subList(1000, 1200));
        assertThat(spearman(rows, held))
                .isGreaterThan(spearman(rows(Combination.of(new Average()), Map.of(), sources), held) + 0.1);
    }

    @Test
    void triplet_whereOneSourceIsNoise_isRightOnHeldOutOnesMoreOften() {
        List<TensorData> sources = List.of(tensor(hidden), tensor(matrix(ROWS, 4)));
        List<Objective.Triple> triplets = new ArrayList<>();
        for (int i = 0; i < 1200; i++) {
            int anchor = random.nextInt(ROWS);
            int a = random.nextInt(ROWS);
            int b = random.nextInt(ROWS);
            boolean near = cosine(hidden[anchor], hidden[a]) > cosine(hidden[anchor], hidden[b]);
            triplets.add(new Objective.Triple(anchor, near ? a : b, near ? b : a));
        }
        HeldOut.Triplets held = new HeldOut.Triplets(triplets.subList(1000, 1200));
        TensorData rows =
                train(new Linear(4L), sources, new Objective.Triplet(triplets.subList(0, 1000), 0.2), 400).rows;
        TensorData average = rows(Combination.of(new Average()), Map.of(), sources);
        assertThat(accuracy(rows, held)).isGreaterThan(0.93);
        assertThat(accuracy(average, held)).isLessThan(0.85);
    }

    @Test
    void reconstruction_ofParts_needsNoMoreThanEachHas() {
        // A map of both to 4 + 4 with a decoder a half: the first half can hold the first source, the second the
        // second.
        List<TensorData> sources = List.of(mixture(8), mixture(6));
        Objective objective = new Objective.Reconstruction(Objective.Reconstruction.Decoded.PARTS);
        List<StepReport> reports = train(new Linear(8L), sources, objective, 1500).reports;
        assertThat(reports.getFirst().loss()).isGreaterThan(0.3);
        assertThat(reports.getLast().loss()).isLessThan(0.003);
        assertThatThrownBy(() -> train(new Linear(7L), sources, objective, 10))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("width 7 cannot be cut into 2 equal parts");
    }

    @Test
    void heldOutPairs_thatLearningDoesNotHelp_leaveTheStart() {
        // What is learned is the opposite of what is measured.
        List<TensorData> sources = List.of(tensor(hidden), tensor(hidden));
        List<Objective.Scored> pairs = scored(400);
        List<Objective.Scored> opposite = pairs.stream()
                .map(p -> new Objective.Scored(p.pair(), -p.score()))
                .toList();
        CombinedTable start = start(new Linear(4L), sources, new ParameterSource.AverageStart());
        RunOptions run = new RunOptions(60, 60, 5, Optional.of(new EarlyStopping(3)));
        CombinerTraining.Outcome outcome = new CombinerTraining(
                        start,
                        new Objective.Similarity(opposite),
                        Optional.of(new HeldOut.Pairs(pairs)),
                        new CombinerTraining.How(options(60), new Batches(32, 1), run))
                .run(new OrtRuntime(), SessionOptions.DEFAULT, TrainingListener.NONE);
        assertThat(outcome.trained().stoppedEarly()).isTrue();
        assertThat(outcome.trained().steps()).isEqualTo(15);
        assertThat(outcome.trained().best().orElseThrow().step()).isZero();
        outcome.parameters()
                .tensors()
                .forEach((name, data) -> assertThat(data.contentEquals(
                                Objects.requireNonNull(start.parameters().get(name))))
                        .as(name)
                        .isTrue());
    }

    @Test
    void heldOutExamples_areNotLearnedFrom() {
        List<TensorData> sources = List.of(mixture(4), mixture(4));
        List<Integer> held = IntStream.range(0, 48).boxed().toList();
        TensorData target = tensor(hidden);
        float[] spoilt = target.toFloatArray();
        Arrays.fill(spoilt, 0, 48 * 4, 1e6f);
        List<Double> measured = new ArrayList<>();
        CombinerTraining training = new CombinerTraining(
                start(new Linear(4L), sources),
                new Objective.Regression(TensorData.of(target.shape(), spoilt), new Loss.MeanSquaredError()),
                Optional.of(new HeldOut.Examples(held)),
                new CombinerTraining.How(options(300), new Batches(16, 1)));
        List<StepReport> reports = new ArrayList<>();
        training.run(new OrtRuntime(), SessionOptions.DEFAULT, new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
                reports.add(report);
            }

            @Override
            public void measured(long step, String metric, double value) {
                assertThat(metric).isEqualTo("loss");
                measured.add(value);
            }
        });
        assertThat(reports.getLast().loss()).isLessThan(0.01);
        assertThat(measured).hasSize(11).allMatch(loss -> Math.abs(loss / 1e12 - 1) < 1e-3);
    }

    @Test
    void training_ofOneSeed_isTheSameTwice() {
        List<TensorData> sources = List.of(mixture(3), mixture(5));
        Outcome first = train(new Linear(2L), sources, new Objective.Reconstruction(), 40);
        Outcome second = train(new Linear(2L), sources, new Objective.Reconstruction(), 40);
        assertThat(second.reports).isEqualTo(first.reports);
        assertThat(second.rows.contentEquals(first.rows)).isTrue();
    }

    @Test
    void combiner_withoutParameters_isRefused() {
        CombinedTable table =
                new CombinedTable(Combination.of(new Average()), Map.of(), List.of(mixture(2), mixture(2)));
        TrainingOptions options = options(10);
        assertThatThrownBy(() -> new CombinerTraining(
                        table,
                        new Objective.Reconstruction(),
                        Optional.empty(),
                        new CombinerTraining.How(options, new Batches(8, 1))))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("average has no parameters to learn");
    }

    @Test
    void pair_ofRowsThatAreNot_isRefused() {
        CombinedTable table = start(new Linear(2L), List.of(mixture(2), mixture(2)));
        Objective objective = new Objective.Contrastive(List.of(new Objective.Pair(0, ROWS)), 0.1);
        TrainingOptions options = options(10);
        assertThatThrownBy(() -> new CombinerTraining(
                        table, objective, Optional.empty(), new CombinerTraining.How(options, new Batches(8, 1))))
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("got row 96, but there are 96");
    }

    @Test
    void batches_ofAnEpoch_takeEveryExampleOnce() {
        Batches batches = new Batches(5, 3);
        List<Integer> seen = new ArrayList<>();
        for (int step = 4; step < 8; step++) {
            IntStream.of(batches.of(step, 20)).forEach(seen::add);
        }
        assertThat(seen).hasSize(20).doesNotHaveDuplicates();
        assertThat(batches.of(0, 20)).isNotEqualTo(batches.of(4, 20));
        assertThat(batches.of(7, 3)).hasSize(3);
    }

    /** What came of a training: how it went, and the rows of the result. */
    private record Outcome(List<StepReport> reports, TensorData rows) {}

    private static Outcome train(Combiner combiner, List<TensorData> sources, Objective objective, long steps) {
        CombinedTable start = start(combiner, sources);
        List<StepReport> reports = new ArrayList<>();
        CombinerTraining.How how = new CombinerTraining.How(options(steps), new Batches(32, 1));
        ParameterSource.Learned learned = new CombinerTraining(start, objective, Optional.empty(), how)
                .run(new OrtRuntime(), SessionOptions.DEFAULT, listener(reports))
                .parameters();
        return new Outcome(reports, rows(start.combination(), learned.tensors(), sources));
    }

    private static TrainingListener listener(List<StepReport> reports) {
        return new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
                reports.add(report);
            }
        };
    }

    private static TrainingOptions options(long steps) {
        AdamW optimizer = new AdamW(0.9, 0.999, 1e-8, 0);
        return new TrainingOptions(optimizer, new Schedule(Schedule.Decay.COSINE, 2e-2, 5, steps), 1);
    }

    private static CombinedTable start(Combiner combiner, List<TensorData> sources) {
        return start(combiner, sources, new ParameterSource.RandomStart(2));
    }

    private static CombinedTable start(Combiner combiner, List<TensorData> sources, ParameterSource from) {
        Combination combination = Combination.of(combiner);
        List<ParameterSpec> specs =
                combination.parameters(sources.stream().map(s -> s.dim(1)).toList());
        return new CombinedTable(combination, Parameters.resolve(from, specs).tensors(), sources);
    }

    private static TensorData rows(
            Combination combination, Map<String, TensorData> parameters, List<TensorData> sources) {
        return new Bake(new OrtRuntime(), SessionOptions.DEFAULT)
                .table(new CombinedTable(combination, parameters, sources), DType.FLOAT);
    }

    private static double spearman(TensorData rows, HeldOut.Pairs held) {
        return held.spearman(picked(rows, held.rows()));
    }

    private static double accuracy(TensorData rows, HeldOut.Triplets held) {
        return held.accuracy(picked(rows, held.rows()));
    }

    private static TensorData picked(TensorData rows, int[] which) {
        return Rows.gather(rows, IntStream.of(which).asLongStream().toArray());
    }

    /** The mean squared difference of cosines and scores. */
    private static double error(TensorData rows, List<Objective.Scored> held) {
        float[] flat = rows.toFloatArray();
        int width = (int) rows.dim(1);
        return held.stream()
                .mapToDouble(scored -> {
                    double[] first = row(flat, width, scored.pair().first());
                    double[] second = row(flat, width, scored.pair().second());
                    return Math.pow(cosine(first, second) - scored.score(), 2);
                })
                .average()
                .orElseThrow();
    }

    private static double[] row(float[] flat, int width, int row) {
        return IntStream.range(0, width).mapToDouble(i -> flat[row * width + i]).toArray();
    }

    /** Pairs, scored by the cosines of the hidden factors. */
    private List<Objective.Scored> scored(int count) {
        List<Objective.Scored> scored = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Objective.Pair pair = new Objective.Pair(random.nextInt(ROWS), random.nextInt(ROWS));
            scored.add(new Objective.Scored(pair, cosine(hidden[pair.first()], hidden[pair.second()])));
        }
        return scored;
    }

    private static double cosine(double[] a, double[] b) {
        double product = 0;
        double left = 0;
        double right = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i];
            left += a[i] * a[i];
            right += b[i] * b[i];
        }
        return product / Math.sqrt(left * right);
    }

    private double[][] matrix(int rows, int columns) {
        double[][] matrix = new double[rows][];
        for (int i = 0; i < rows; i++) {
            matrix[i] = random.doubles(columns, -1, 1).toArray();
        }
        return matrix;
    }

    /** Rows that are mixtures of the hidden factors. */
    private TensorData mixture(int width) {
        double[][] mix = matrix(4, width);
        double[][] rows = new double[ROWS][width];
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < width; j++) {
                for (int k = 0; k < 4; k++) {
                    rows[i][j] += hidden[i][k] * mix[k][j];
                }
            }
        }
        return tensor(rows);
    }

    private static TensorData tensor(double[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) rows[i / rows[0].length][i % rows[0].length];
        }
        return TensorData.of(List.of((long) rows.length, (long) rows[0].length), flat);
    }
}
