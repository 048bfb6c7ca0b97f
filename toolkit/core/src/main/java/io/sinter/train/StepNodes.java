package io.sinter.train;

import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.train.TrainingGraph.Moving;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The nodes of a step behind the gradients: clipping, schedule, optimiser.
 *
 * @param ops where they go
 * @param options what they do
 * @param start gets what the optimiser keeps, before the first step
 */
record StepNodes(Ops ops, TrainingOptions options, Map<String, TensorData> start) {

    private static final long IR_VERSION = 8;

    /** Added to the length that gradients are divided by, as PyTorch does. */
    private static final double SHORTEST = 1e-6;

    /** Emits them. */
    void emit(Value done, List<Moving> moving) {
        Value step = ops.add(done, ops.constant("one", TensorData.scalar(1L)));
        Value rate = options.schedule().rate(ops, done);
        Value squares =
                ops.concat(0, moving.stream().map(m -> square(m.gradient())).toList());
        Value scale = scale(squares);
        Optimizer.Pace pace = new Optimizer.Pace(rate, ops.cast(step, DType.DOUBLE));
        moving.forEach(each -> move(each, scale, pace));
        output(ops, TrainingGraph.NORMS, ops.sqrt(squares));
        output(ops, TrainingGraph.RATE, rate);
        output(ops, TrainingGraph.NEXT + TrainingGraph.STEP, step);
    }

    /**
     * Lets a graph add its gradients to sums, and makes the graph that takes a step of these.
     *
     * @param ops of the graph
     */
    static TrainingGraph.Accumulation accumulated(
            Ops ops, List<Moving> moving, TrainingOptions options, Map<String, TensorData> start) {
        Graph update = new Graph("update");
        Ops after = new Ops(update, ops.opset()).withPrefix("training/");
        Value part = Doubles.single(after, 1.0 / options.accumulate());
        List<Moving> averaged = moving.stream()
                .map(each -> {
                    String name = each.input().name();
                    TensorType type = each.input().type();
                    Value before = ops.graph().addInput(TrainingGraph.SUM + name, type);
                    output(ops, TrainingGraph.NEXT + TrainingGraph.SUM + name, ops.add(before, each.gradient()));
                    Value sum = update.addInput(TrainingGraph.SUM + name, type);
                    return new Moving(update.addInput(name, type), after.mul(sum, part));
                })
                .toList();
        Value done = update.addInput(TrainingGraph.STEP, new TensorType(DType.INT64, Shape.of(List.of())));
        new StepNodes(after, options, start).emit(done, averaged);
        Model model = new Model(update, IR_VERSION);
        model.setOpset("", ops.opset());
        Verifier.verifyOrThrow(model, "update graph");
        return new TrainingGraph.Accumulation(model, options.accumulate());
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
        output(ops, TrainingGraph.NEXT + moving.input().name(), updated.parameter());
        for (int i = 0; i < names.size(); i++) {
            output(ops, TrainingGraph.NEXT + names.get(i), updated.kept().get(i));
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
    static void output(Ops ops, String name, Value value) {
        Value named = ops.identity(value);
        ops.graph().rename(named, name);
        ops.graph().addOutput(named);
    }
}
