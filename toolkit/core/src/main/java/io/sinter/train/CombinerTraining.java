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
import java.util.function.Consumer;

/**
 * Training of a combination's parameters, its sources being frozen: the rows of embedding tables, or what encoders made of
 * texts or pictures, once.
 *
 * @param start the combination, the parameters to start from and the sources
 * @param objective what is to be learned
 * @param options optimiser, schedule (which says how many steps there are) and clipping
 * @param batches which examples a step takes
 */
public record CombinerTraining(CombinedTable start, Objective objective, TrainingOptions options, Batches batches) {

    private static final long IR_VERSION = 8;

    private static final String IDS = "ids";

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
     * @param progress told of every step
     * @return the parameters after the last step
     * @throws io.sinter.error.VerificationException if a loss or gradient is not finite
     */
    public ParameterSource.Learned run(Runtime runtime, SessionOptions session, Consumer<StepReport> progress) {
        int examples = objective.examples(Math.toIntExact(start.rows()));
        try (TrainingStep training = SteppedTraining.open(runtime, graph(), session)) {
            for (long step = 0; step < options.schedule().steps(); step++) {
                int[] batch = batches.of(step, examples);
                Map<String, TensorData> inputs = new LinkedHashMap<>(objective.inputs(batch));
                inputs.put(IDS, ids(objective.rows(batch)));
                progress.accept(training.step(inputs));
            }
            Map<String, TensorData> learned = new LinkedHashMap<>();
            Map<String, TensorData> state = training.state();
            start.parameters().forEach((name, data) -> learned.put(name, state.getOrDefault(name, data)));
            return new ParameterSource.Learned(learned);
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
        Uniform uniform = new Uniform(batches.seed());
        Value output = start.combination().emit(ops, sources, parameters);
        Objective.Look look = new Objective.Look(ids, sources, (name, to, from) -> {
            TensorData data = uniform.tensor(name, List.of(to, from), Uniform.bound(from));
            learned.add(graph.addInitializer(graph.uniqueName("objective/" + name), data));
            return learned.getLast();
        });
        Value loss = objective.emit(ops, output, look);
        Model model = new Model(graph, IR_VERSION);
        model.setOpset("", Opsets.EMITTED);
        return TrainingGraph.of(model, loss, learned, options);
    }

    private static TensorData ids(int[] rows) {
        long[] ids = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            ids[i] = rows[i];
        }
        return TensorData.vector(ids);
    }
}
