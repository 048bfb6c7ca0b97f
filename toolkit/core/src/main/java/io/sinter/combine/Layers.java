package io.sinter.combine;

import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.KeepDims;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;

/** The few layers that combiners are made of, over the last axis. */
final class Layers {

    /** Shortest length that a row is divided by, as in PyTorch's {@code normalize}. */
    private static final float SHORTEST = 1e-12f;

    private Layers() {}

    /** x Wᵀ + b with the parameters {@code prefix + "weight"} {@code [to, from]} and {@code prefix + "bias"} {@code [to]}. */
    static Value linear(Ops ops, Value x, String prefix, Map<String, Value> parameters) {
        return affine(ops, x, parameter(parameters, prefix + "weight"), parameter(parameters, prefix + "bias"));
    }

    /** x Wᵀ + b. */
    static Value affine(Ops ops, Value x, Value weight, Value bias) {
        return ops.add(ops.matMul(x, ops.transpose(weight, 1, 0)), bias);
    }

    /** x / max(‖x‖₂, 1e-12), row by row. */
    static Value unitLength(Ops ops, Value x) {
        Value length = ops.reduceL2(x, List.of(-1L), KeepDims.KEEP);
        return ops.div(x, ops.max(length, ops.constant("shortest", TensorData.scalar(SHORTEST))));
    }

    /** Adds up. */
    static Value sum(Ops ops, List<Value> values) {
        Value total = values.getFirst();
        for (Value value : values.subList(1, values.size())) {
            total = ops.add(total, value);
        }
        return total;
    }

    /** N values {@code [..., d]} as one {@code [..., N, d]}. */
    static Value stack(Ops ops, List<Value> values) {
        return ops.concat(-2, values.stream().map(x -> ops.unsqueeze(x, -2)).toList());
    }

    /** The parameter of that name. */
    static Value parameter(Map<String, Value> parameters, String name) {
        Value value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "parameter \"%s\" is missing: got %s".formatted(name, parameters.keySet()));
        }
        return value;
    }
}
