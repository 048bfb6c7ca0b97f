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
import io.sinter.onnx.op.KeepDims;
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

/**
 * A graph of one training step: it reads a batch and the state (parameters, what the optimiser keeps of them, the number of
 * steps done) and computes the loss and the next state, each tensor under its name after {@code next/}.
 *
 * @param model the graph
 * @param forward the graph before the loss, its parameters being inputs; it has no outputs, any of its values can be one
 * @param start the state before the first step, by name of the input
 * @param trained names of the parameters, in the order of the gradient norms
 */
public record TrainingGraph(Model model, Model forward, Map<String, TensorData> start, List<String> trained) {

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

    /** Added to the length that gradients are divided by, as PyTorch does. */
    private static final double SHORTEST = 1e-6;

    /** Copies the collections. */
    public TrainingGraph {
        start = new LinkedHashMap<>(start);
        trained = List.copyOf(trained);
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
        keepOnly(loss, model);
        List<Value> read =
                parameters.stream().filter(p -> model.graph().owns(p)).toList();
        Ops ops = new Ops(model.graph(), model.opset());
        List<Gradient> gradients = Gradients.of(ops.withPrefix("gradient/"), loss, read);
        Map<String, TensorData> start = new LinkedHashMap<>();
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
        new Emission(ops.withPrefix("training/"), options, start).emit(loss, moving);
        new Prune().run(model);
        ModelCopies.removeUnreadInputs(model.graph());
        Verifier.verifyOrThrow(model, "training graph");
        List<String> trained = moving.stream().map(m -> m.input().name()).toList();
        trained.forEach(name -> ModelCopies.toInput(
                forward.graph(), Objects.requireNonNull(forward.graph().value(name))));
        return new TrainingGraph(model, forward, start, trained);
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
    private record Moving(Value input, Value gradient) {

        static Moving of(Graph graph, Value parameter, Value gradient, Map<String, TensorData> start) {
            String name = parameter.name();
            start.put(name, Objects.requireNonNull(parameter.constant(), name + " is no constant"));
            return new Moving(ModelCopies.toInput(graph, parameter), gradient);
        }
    }

    /** The nodes of a step behind the gradients. */
    private record Emission(Ops ops, TrainingOptions options, Map<String, TensorData> start) {

        void emit(Value loss, List<Moving> moving) {
            Value done = state(STEP, TensorData.scalar(0L));
            Value step = ops.add(done, ops.constant("one", TensorData.scalar(1L)));
            Value rate = options.schedule().rate(ops, done);
            Value squares =
                    ops.concat(0, moving.stream().map(m -> square(m.gradient())).toList());
            Value scale = scale(squares);
            Optimizer.Pace pace = new Optimizer.Pace(rate, ops.cast(step, DType.DOUBLE));
            moving.forEach(each -> move(each, scale, pace));
            output(LOSS, loss);
            output(NORMS, ops.sqrt(squares));
            output(RATE, rate);
            output(NEXT + STEP, step);
        }

        private void move(Moving moving, Value scale, Optimizer.Pace pace) {
            List<String> names = options.optimizer().slots().stream()
                    .map(slot -> slot + "/" + moving.input().name())
                    .toList();
            List<Long> extents =
                    Objects.requireNonNull(start.get(moving.input().name())).shape();
            List<Value> kept = names.stream()
                    .map(name -> state(name, TensorData.allocate(DType.FLOAT, extents)))
                    .toList();
            Value gradient = ops.mul(moving.gradient(), scale);
            Optimizer.Updated updated = options.optimizer().update(ops, moving.input(), gradient, kept, pace);
            output(NEXT + moving.input().name(), updated.parameter());
            for (int i = 0; i < names.size(); i++) {
                output(NEXT + names.get(i), updated.kept().get(i));
            }
        }

        /** Σ g², {@code [1]}. */
        private Value square(Value gradient) {
            Value flat = ops.reshape(gradient, -1);
            return ops.reduceSum(ops.mul(flat, flat), List.of(0L), KeepDims.KEEP);
        }

        /** What gradients are multiplied by, so that all together are no longer than allowed. */
        private Value scale(Value squares) {
            Value one = Doubles.single(ops, 1);
            if (options.clip() == Double.POSITIVE_INFINITY) {
                return one;
            }
            Value length = ops.sqrt(ops.reduceSum(squares, List.of(0L), KeepDims.DROP));
            Value longest = Doubles.single(ops, options.clip());
            return ops.min(one, ops.div(longest, ops.add(length, Doubles.single(ops, SHORTEST))));
        }

        private Value state(String name, TensorData initial) {
            start.put(name, initial);
            return ops.graph().addInput(name, new TensorType(initial.dtype(), Shape.of(initial.shape())));
        }

        /** An output of that name: a copy, as a value can be an output once and under one name. */
        private void output(String name, Value value) {
            Value named = ops.identity(value);
            ops.graph().rename(named, name);
            ops.graph().addOutput(named);
        }
    }
}
