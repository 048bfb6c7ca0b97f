package io.sinter.train;

import io.sinter.error.IncompatibleException;
import io.sinter.onnx.autodiff.Gradient;
import io.sinter.onnx.autodiff.Gradients;
import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.Prune;
import io.sinter.onnx.pass.RowsFirst;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A graph of one training step: it reads a batch and the state (parameters, what the optimiser keeps of them, the number of
 * steps done) and computes the loss and the next state, each tensor under its name after {@code next/}.
 *
 * @param model the graph
 * @param accumulation what takes a step of several batches' gradients, or nothing where a batch is a step
 * @param forward the graph before the loss, its parameters being inputs; it has no outputs, any of its values can be one
 * @param start the state before the first step, by name of the input
 * @param trained names of the parameters, in the order of the gradient norms
 */
public record TrainingGraph(
        Model model,
        Optional<Accumulation> accumulation,
        Model forward,
        Map<String, TensorData> start,
        List<String> trained) {

    /**
     * The other half of a step whose gradients are averaged over several batches: the graph of the step only computes them, and
     * adds those of every batch to the sums before.
     *
     * @param update reads the sums and the state, and computes the next state
     * @param count batches a step
     */
    public record Accumulation(Model update, int count) {}

    /** The steps done, an INT64 scalar of the state. */
    static final String STEP = "training/step";

    /** The loss before the step, a float32 scalar. */
    static final String LOSS = "training/loss";

    /** The length of every parameter's gradient, before clipping, float32 {@code [parameters]}. */
    static final String NORMS = "training/gradient-norms";

    /** The learning rate of the step, a float64 scalar. */
    static final String RATE = "training/rate";

    /** Before the name of a tensor of the state: what it is after the step. */
    static final String NEXT = "next/";

    /** The number of the batch, an INT64 scalar, where a step is not one batch; only read by what is random. */
    static final String BATCH = "training/batch";

    /** Before the name of a parameter: the sum of its gradients over the batches of a step so far. */
    static final String SUM = "sum/";

    /** Copies the collections. */
    public TrainingGraph {
        start = new LinkedHashMap<>(start);
        trained = List.copyOf(trained);
    }

    /** How many batches are a step. */
    public int batches() {
        return accumulation.map(Accumulation::count).orElse(1);
    }

    /**
     * Makes a graph with a loss a training graph, in place: the parameters become inputs, the outputs there were go.
     * Whatever the graph computes now, the loss too, a {@link Forward} can be asked for.
     *
     * @param model of an opset that {@link Ops} emits, its types known
     * @param loss a float32 scalar of its graph
     * @param parameters float32 constants of its graph; one that the loss does not depend on stays a constant
     * @throws io.sinter.error.UnsupportedException if an operator between a parameter and the loss has no gradient rule
     * @throws IncompatibleException if the loss depends on no parameter
     */
    public static TrainingGraph of(Model model, Value loss, List<Value> parameters, TrainingOptions options) {
        Model forward = ModelCopies.of(model);
        Dropouts.remove(forward);
        keepOnly(loss, model);
        Graph graph = model.graph();
        boolean whole = options.accumulate() == 1;
        Value number = graph.addInput(whole ? STEP : BATCH, new TensorType(DType.INT64, Shape.of(List.of())));
        Dropouts.lower(model, number, options.seed());
        Map<String, TensorData> start = new LinkedHashMap<>();
        List<Moving> moving = moving(model, loss, parameters, start);
        List<String> trained = moving.stream().map(m -> m.input().name()).toList();
        start.put(STEP, TensorData.scalar(0L));
        Ops ops = new Ops(graph, model.opset()).withPrefix("training/");
        Optional<Accumulation> accumulation = Optional.empty();
        StepNodes.output(ops, LOSS, loss);
        if (whole) {
            new StepNodes(ops, options, start).emit(number, moving);
        } else {
            accumulation = Optional.of(StepNodes.accumulated(ops, moving, options, start));
        }
        new Prune().run(model);
        ModelCopies.removeUnreadInputs(graph);
        Verifier.verifyOrThrow(model, "training graph");
        trained.forEach(name -> ModelCopies.toInput(
                forward.graph(), Objects.requireNonNull(forward.graph().value(name))));
        return new TrainingGraph(model, accumulation, forward, start, trained);
    }

    /** The parameters that the loss depends on, made inputs. */
    private static List<Moving> moving(Model model, Value loss, List<Value> parameters, Map<String, TensorData> start) {
        List<Value> read =
                parameters.stream().filter(p -> model.graph().owns(p)).toList();
        Ops ops = new Ops(model.graph(), model.opset());
        List<Gradient> gradients = Gradients.of(ops.withPrefix("gradient/"), loss, read);
        List<Moving> moving = new ArrayList<>();
        for (int i = 0; i < read.size(); i++) {
            if (gradients.get(i) instanceof Gradient.Computed(Value gradient)) {
                moving.add(Moving.of(model.graph(), read.get(i), gradient, start));
            }
        }
        if (moving.isEmpty()) {
            throw new IncompatibleException(
                    "training: the loss depends on none of the %d parameters to train: choose others"
                            .formatted(parameters.size()));
        }
        return moving;
    }

    /** Leaves what the loss is computed from, and of that only the rows that are read. */
    private static void keepOnly(Value loss, Model model) {
        Graph graph = model.graph();
        List.copyOf(graph.outputs()).forEach(graph::removeOutput);
        graph.addOutput(loss);
        new Prune().run(model);
        new RowsFirst().run(model);
        graph.removeOutput(loss);
    }

    /**
     * A parameter, which is an input of the graph now.
     *
     * @param gradient of the loss with respect to it
     */
    record Moving(Value input, Value gradient) {

        static Moving of(Graph graph, Value parameter, Value gradient, Map<String, TensorData> start) {
            String name = parameter.name();
            start.put(name, Objects.requireNonNull(parameter.constant(), name + " is no constant"));
            return new Moving(ModelCopies.toInput(graph, parameter), gradient);
        }
    }
}
