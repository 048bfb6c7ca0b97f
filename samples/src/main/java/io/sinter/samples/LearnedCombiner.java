package io.sinter.samples;

import io.sinter.bake.Bake;
import io.sinter.bake.CombinedTable;
import io.sinter.combine.Combination;
import io.sinter.combine.Combiner;
import io.sinter.combine.Concatenation;
import io.sinter.combine.Linear;
import io.sinter.combine.Mlp;
import io.sinter.eval.Bootstrap;
import io.sinter.eval.Correlation;
import io.sinter.eval.StsDataset;
import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.merge.ModelLocation;
import io.sinter.parameters.ParameterSource;
import io.sinter.parameters.Parameters;
import io.sinter.pooling.Pooling;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.ModelSource;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.train.AdamW;
import io.sinter.train.Batches;
import io.sinter.train.CombinerTraining;
import io.sinter.train.Objective;
import io.sinter.train.Schedule;
import io.sinter.train.TrainingListener;
import io.sinter.train.TrainingOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Combiners of two encoders' sentence vectors that learn from scored pairs (the cosine of a pair is to be a fifth of its
 * score), beside the encoders alone and their concatenation: Spearman × 100 on pairs that are chosen by and on those that
 * are measured with, and the 95 % bootstrap interval of the difference to the first encoder. Sentence vectors are means.
 *
 * <p>Run with {@code samples/benchmarks/run LearnedCombiner TRAIN.tsv DEV.tsv TEST.tsv MODEL MODEL}; models are
 * directories or {@code cache:NAME}.
 */
public final class LearnedCombiner {

    private static final Bootstrap BOOTSTRAP = new Bootstrap(1000, 0.95, 1);

    private static final List<Double> RATES = List.of(3e-5, 1e-4, 3e-4, 1e-3);

    private static final int EPOCHS = 4;

    private static final int BATCH = 64;

    private final List<StsDataset> parts;
    private final Map<String, Integer> texts = new LinkedHashMap<>();
    private final List<TensorData> sources = new ArrayList<>();
    private final double[] alone;

    private LearnedCombiner(List<StsDataset> parts, List<Path> models) {
        this.parts = parts;
        for (StsDataset part : parts) {
            part.pairs().forEach(pair -> {
                texts.putIfAbsent(pair.first(), texts.size());
                texts.putIfAbsent(pair.second(), texts.size());
            });
        }
        EmbedderOptions options = EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN);
        for (Path model : models) {
            try (Embedder embedder = Embedder.open(new OrtRuntime(), ModelSource.open(model), options)) {
                sources.add(embedder.embed(List.copyOf(texts.keySet())));
            }
        }
        this.alone = cosines(sources.getFirst(), parts.getLast());
    }

    /** Runs it. */
    public static void main(String[] arguments) {
        Path here = Path.of("").toAbsolutePath();
        List<StsDataset> parts = Arrays.stream(arguments)
                .limit(3)
                .map(Path::of)
                .map(StsDataset::read)
                .toList();
        List<Path> models = Arrays.stream(arguments)
                .skip(3)
                .map(model -> ModelLocation.resolve(model, here))
                .toList();
        LearnedCombiner run = new LearnedCombiner(parts, models);
        for (int i = 0; i < models.size(); i++) {
            run.print(arguments[3 + i], run.sources.get(i));
        }
        run.print("concatenation", run.combined(Combination.of(new Concatenation()), Map.of()));
        run.learn("linear", new Linear(null));
        run.learn("mlp", new Mlp(null, null));
    }

    private void learn(String name, Combiner combiner) {
        Combination combination = Combination.of(combiner);
        List<Long> widths = sources.stream().map(source -> source.dim(1)).toList();
        Parameters start = Parameters.resolve(new ParameterSource.AverageStart(), combination.parameters(widths));
        CombinedTable table = new CombinedTable(combination, start.tensors(), sources);
        print(name + ", untrained", combined(combination, start.tensors()));
        for (double rate : RATES) {
            for (long seed = 1; seed <= 3; seed++) {
                long begin = System.nanoTime();
                long steps = (long) EPOCHS * (parts.getFirst().pairs().size() / BATCH);
                Schedule schedule = new Schedule(Schedule.Decay.LINEAR, rate, steps / 20, steps);
                TrainingOptions options = new TrainingOptions(AdamW.DEFAULT, schedule, 1);
                ParameterSource.Learned learned = new CombinerTraining(
                                table,
                                new Objective.Similarity(examples()),
                                Optional.empty(),
                                new CombinerTraining.How(options, new Batches(BATCH, seed)))
                        .run(new OrtRuntime(), SessionOptions.DEFAULT, TrainingListener.NONE)
                        .parameters();
                double seconds = (System.nanoTime() - begin) / 1e9;
                print(
                        "%s, rate %s, seed %d (%.1f s)".formatted(name, rate, seed, seconds),
                        combined(combination, learned.tensors()));
            }
        }
    }

    private List<Objective.Scored> examples() {
        return parts.getFirst().pairs().stream()
                .map(pair -> new Objective.Scored(
                        new Objective.Pair(row(pair.first()), row(pair.second())), pair.score() / 5))
                .toList();
    }

    private int row(String text) {
        return Objects.requireNonNull(texts.get(text));
    }

    private TensorData combined(Combination combination, Map<String, TensorData> parameters) {
        return new Bake(new OrtRuntime(), SessionOptions.DEFAULT)
                .table(new CombinedTable(combination, parameters, sources), DType.FLOAT);
    }

    private void print(String name, TensorData rows) {
        StsDataset dev = parts.get(1);
        StsDataset test = parts.getLast();
        double[] cosines = cosines(rows, test);
        Bootstrap.Interval gain = BOOTSTRAP.spearmanDifference(test.scores(), cosines, alone);
        System.out.printf(
                "%-40s  %s %.2f  %s %.2f (%+.2f [%.2f, %.2f])%n",
                name,
                dev.name(),
                100 * Correlation.spearman(dev.scores(), cosines(rows, dev)),
                test.name(),
                100 * Correlation.spearman(test.scores(), cosines),
                100 * gain.difference(),
                100 * gain.low(),
                100 * gain.high());
    }

    private double[] cosines(TensorData rows, StsDataset dataset) {
        float[] flat = rows.toFloatArray();
        int width = (int) rows.dim(1);
        return dataset.pairs().stream()
                .mapToDouble(pair -> cosine(flat, row(pair.first()) * width, row(pair.second()) * width, width))
                .toArray();
    }

    private static double cosine(float[] flat, int first, int second, int width) {
        double product = IntStream.range(0, width)
                .mapToDouble(i -> (double) flat[first + i] * flat[second + i])
                .sum();
        double left = IntStream.range(0, width)
                .mapToDouble(i -> (double) flat[first + i] * flat[first + i])
                .sum();
        double right = IntStream.range(0, width)
                .mapToDouble(i -> (double) flat[second + i] * flat[second + i])
                .sum();
        return product / Math.sqrt(left * right);
    }
}
