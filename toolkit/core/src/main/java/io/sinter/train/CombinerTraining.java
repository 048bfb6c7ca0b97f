package io.sinter.train;

import io.sinter.bake.CombinedTable;
import io.sinter.combine.Uniform;
import io.sinter.error.IncompatibleException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.Opsets;
import io.sinter.parameters.ParameterSource;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Training of a combination's parameters, its sources being frozen: the rows of embedding tables, or what encoders made of
 * texts or pictures, once.
 *
 * @param start the combination, the parameters to start from and the sources
 * @param objective what is to be learned
 * @param held what is measured on the way, where there is such
 * @param how optimiser, batches, steps
 */
public record CombinerTraining(CombinedTable start, Objective objective, Optional<HeldOut> held, How how) {

    private static final long IR_VERSION = 8;

    private static final String IDS = "ids";

    private static final String OUTPUT = "combined";

    private static final String LOSS = "objective/loss";

    /**
     * How it learns.
     *
     * @param options optimiser, schedule and clipping
     * @param batches which examples a step takes
     * @param run how many steps; with early stopping, the parameters are those that were best on what is held out, the start
     *     included
     */
    public record How(TrainingOptions options, Batches batches, RunOptions run) {

        /** All steps of the schedule. */
        public How(TrainingOptions options, Batches batches) {
            this(options, batches, RunOptions.of(options.schedule().steps()));
        }
    }

    /**
     * What was learned.
     *
     * @param parameters of the combination
     * @param trained steps, and the best measurement
     */
    public record Outcome(ParameterSource.Learned parameters, Trained trained) {}

    /**
     * Checks that there is something to learn.
     *
     * @throws IncompatibleException if the combination has no parameters, needs whole texts, or the objective names rows that
     *     the sources have not
     */
    public CombinerTraining {
        if (start.parameters().isEmpty()) {
            throw new IncompatibleException("learn: %s has no parameters to learn; choose a combiner that has"
                    .formatted(start.combination().combiner().method()));
        }
        if (start.combination().needsContext()) {
            throw new IncompatibleException("learn: %s looks at whole texts; rows alone cannot teach it"
                    .formatted(start.combination().combiner().method()));
        }
        objective.examples(Math.toIntExact(start.rows()));
    }

    /**
     * Trains.
     *
     * @param listener told of every step and measurement
     * @throws io.sinter.error.VerificationException if a loss or gradient is not finite
     */
    public Outcome run(Runtime runtime, SessionOptions session, TrainingListener listener) {
        int[] examples = examples();
        BatchSource source = number -> {
            int[] chosen = how.batches.of(number, examples.length);
            return inputs(IntStream.of(chosen).map(i -> examples[i]).toArray());
        };
        Training training = new Training(graph(), source, held.map(this::measure), how.run);
        Trained trained = TrainingRun.run(runtime, session, training, Optional.empty(), listener);
        Map<String, TensorData> learned = new LinkedHashMap<>();
        start.parameters()
                .forEach((name, data) -> learned.put(name, trained.weights().getOrDefault(name, data)));
        return new Outcome(new ParameterSource.Learned(learned), trained);
    }

    /** The numbers of the examples that are learned from. */
    private int[] examples() {
        int all = objective.examples(Math.toIntExact(start.rows()));
        boolean[] out = new boolean[all];
        if (held.orElse(null) instanceof HeldOut.Examples(List<Integer> left)) {
            left.forEach(i -> out[i] = true);
        }
        int[] kept = IntStream.range(0, all).filter(i -> !out[i]).toArray();
        if (kept.length == 0) {
            throw new IncompatibleException("learn: all %d examples are held out: hold out fewer".formatted(all));
        }
        return kept;
    }

    private Map<String, TensorData> inputs(int[] examples) {
        Map<String, TensorData> inputs = new LinkedHashMap<>(objective.inputs(examples));
        inputs.put(IDS, ids(objective.rows(examples)));
        return inputs;
    }

    private DevMeasure measure(HeldOut heldOut) {
        return switch (heldOut) {
            case HeldOut.Examples(List<Integer> examples) ->
                new Measure("loss", DevMeasure.Better.LOWER, forward -> meanLoss(forward, examples));
            case HeldOut.Pairs pairs ->
                new Measure(
                        "spearman",
                        DevMeasure.Better.HIGHER,
                        forward -> pairs.spearman(combined(forward, pairs.rows())));
            case HeldOut.Triplets triplets ->
                new Measure(
                        "accuracy",
                        DevMeasure.Better.HIGHER,
                        forward -> triplets.accuracy(combined(forward, triplets.rows())));
        };
    }

    /** In batches of the training's size, as some losses depend on it; what fills none is one of its own. */
    private double meanLoss(Forward forward, List<Integer> examples) {
        double sum = 0;
        for (int from = 0; from < examples.size(); from += how.batches.size()) {
            int[] batch = examples.subList(from, Math.min(examples.size(), from + how.batches.size())).stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            sum += batch.length
                    * (double) only(forward.run(inputs(batch), List.of(LOSS))).toFloatArray()[0];
        }
        return sum / examples.size();
    }

    private static TensorData combined(Forward forward, int[] rows) {
        return only(forward.run(Map.of(IDS, ids(rows)), List.of(OUTPUT)));
    }

    private static TensorData only(Map<String, TensorData> outputs) {
        return outputs.values().iterator().next();
    }

    /** One of the ways to measure. */
    private record Measure(String metric, Better better, Measured of) implements DevMeasure {

        /** What measures. */
        interface Measured {
            double in(Forward forward);
        }

        @Override
        public double measure(Forward forward) {
            return of.in(forward);
        }
    }

    /** The graph of a step, which reads numbers of rows. */
    private TrainingGraph graph() {
        Graph graph = new Graph("training");
        Ops ops = new Ops(graph, Opsets.EMITTED);
        Value ids = graph.addInput(IDS, new TensorType(DType.INT64, Shape.of(Dim.of("rows"))));
        List<Value> sources = new ArrayList<>();
        for (TensorData table : start.tables()) {
            Value rows = ops.gather(ops.constant("source", table), ids, 0);
            sources.add(table.dtype() == DType.FLOAT ? rows : ops.cast(rows, DType.FLOAT));
        }
        Map<String, Value> parameters = new LinkedHashMap<>();
        start.parameters().forEach((name, data) -> parameters.put(name, graph.addInitializer(name, data)));
        List<Value> learned = new ArrayList<>(parameters.values());
        Uniform uniform = new Uniform(how.batches.seed());
        Value output = start.combination().emit(ops, sources, parameters);
        graph.rename(output, OUTPUT);
        Objective.Look look = new Objective.Look(ids, sources, (name, to, from) -> {
            TensorData data = uniform.tensor(name, List.of(to, from), Uniform.bound(from));
            learned.add(graph.addInitializer(graph.uniqueName("objective/" + name), data));
            return learned.getLast();
        });
        Value loss = objective.emit(ops.withPrefix("objective/"), output, look);
        graph.rename(loss, LOSS);
        Model model = new Model(graph, IR_VERSION);
        model.setOpset("", Opsets.EMITTED);
        return TrainingGraph.of(model, loss, learned, how.options);
    }

    private static TensorData ids(int[] rows) {
        long[] ids = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            ids[i] = rows[i];
        }
        return TensorData.vector(ids);
    }
}
