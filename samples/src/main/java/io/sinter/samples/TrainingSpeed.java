package io.sinter.samples;

import io.sinter.bake.CombinedTable;
import io.sinter.combine.Combination;
import io.sinter.combine.Mlp;
import io.sinter.combine.Uniform;
import io.sinter.parameters.ParameterSource;
import io.sinter.parameters.Parameters;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.TensorData;
import io.sinter.train.AdamW;
import io.sinter.train.Batches;
import io.sinter.train.CombinerTraining;
import io.sinter.train.Loss;
import io.sinter.train.Objective;
import io.sinter.train.Schedule;
import io.sinter.train.StepReport;
import io.sinter.train.TrainingListener;
import io.sinter.train.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How long a step of training takes: an MLP combiner (2 · 384 to 384 to 384) that is taught a third table, batches of 1024
 * rows, AdamW. Prints the median and the fastest of the steps after the first ten.
 *
 * <p>Run with {@code samples/benchmarks/run TrainingSpeed [THREADS]}.
 */
public final class TrainingSpeed {

    private static final long ROWS = 30_522;

    private static final long WIDTH = 384;

    private TrainingSpeed() {}

    /** Runs it. */
    public static void main(String[] arguments) {
        int threads = arguments.length == 0 ? 0 : Integer.parseInt(arguments[0]);
        List<TensorData> sources = List.of(table("first"), table("second"));
        Combination combination = Combination.of(new Mlp(WIDTH, WIDTH));
        Parameters start =
                Parameters.resolve(new ParameterSource.RandomStart(1), combination.parameters(List.of(WIDTH, WIDTH)));
        CombinerTraining training = new CombinerTraining(
                new CombinedTable(combination, start.tensors(), sources),
                new Objective.Regression(table("target"), new Loss.MeanSquaredError()),
                Optional.empty(),
                new CombinerTraining.How(
                        new TrainingOptions(AdamW.DEFAULT, new Schedule(Schedule.Decay.LINEAR, 1e-3, 10, 110)),
                        new Batches(1024, 1)));
        List<Long> ends = new ArrayList<>();
        training.run(
                new OrtRuntime(), new SessionOptions(SessionOptions.DEFAULT.device(), threads), new TrainingListener() {
                    @Override
                    public void stepped(StepReport report) {
                        ends.add(System.nanoTime());
                    }
                });
        List<Double> steps = new ArrayList<>();
        for (int i = 10; i < ends.size(); i++) {
            steps.add((ends.get(i) - ends.get(i - 1)) / 1e6);
        }
        steps.sort(null);
        System.out.printf("median %.1f ms, fastest %.1f ms a step%n", steps.get(steps.size() / 2), steps.getFirst());
    }

    private static TensorData table(String name) {
        return new Uniform(7).tensor(name, List.of(ROWS, WIDTH), 1);
    }
}
