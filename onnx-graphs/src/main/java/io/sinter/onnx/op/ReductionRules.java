package io.sinter.onnx.op;

import static io.sinter.tensor.DType.INT64;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Operators that reduce over axes, and those that look for the largest along one. */
final class ReductionRules {

    private static final List<String> REDUCTIONS = List.of(
            "ReduceMean",
            "ReduceSum",
            "ReduceMax",
            "ReduceMin",
            "ReduceProd",
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceSumSquare");

    private ReductionRules() {}

    static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        REDUCTIONS.forEach(op -> rules.put(op, Rule.one(ReductionRules::reduce)));
        rules.put("ArgMax", Rule.one(ReductionRules::arg));
        rules.put("ArgMin", Rule.one(ReductionRules::arg));
        rules.put("TopK", ReductionRules::topK);
        return rules;
    }

    /** Whether the operator takes its axes as an input at that version, not as an attribute. */
    static boolean axesAreInput(String opType, long opset) {
        return opset >= (opType.equals("ReduceSum") ? 13 : 18);
    }

    /** The shape whose axes from the attribute {@code axis} on have extent 1. */
    static @Nullable Shape trailing(Call call, @Nullable Shape shape) {
        if (shape == null) {
            return null;
        }
        int axis = call.axis(call.integer("axis", -1), shape.rank());
        List<Dim> dims = new ArrayList<>(shape.dims());
        dims.subList(axis, dims.size()).replaceAll(dim -> Dim.of(1));
        return new Shape(dims);
    }

    private static @Nullable TensorType reduce(Call call) {
        boolean keep = call.integer("keepdims", 1) != 0;
        Shape shape = call.shape(0);
        if (shape == null) {
            return call.typed(call.dtype(0), null);
        }
        boolean fromInput = axesAreInput(call.opType(), call.opset());
        if (fromInput && call.input(1) != null && call.numbers(1).isEmpty()) {
            return call.typed(call.dtype(0), keep ? Dims.unknown(shape.rank()) : null);
        }
        List<Long> axes = (fromInput ? call.numbers(1) : call.integers("axes")).orElse(List.of());
        if (axes.isEmpty()) {
            if (call.integer("noop_with_empty_axes", 0) != 0) {
                return call.type(0);
            }
            axes = LongStream.range(0, shape.rank()).boxed().toList();
        }
        return call.typed(call.dtype(0), reduced(call, shape, axes, keep ? KeepDims.KEEP : KeepDims.DROP));
    }

    private static Shape reduced(Call call, Shape shape, List<Long> axes, KeepDims keep) {
        Set<Integer> gone = new HashSet<>();
        axes.forEach(axis -> gone.add(call.axis(axis, shape.rank())));
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < shape.rank(); i++) {
            if (!gone.contains(i)) {
                dims.add(shape.dim(i));
            } else if (keep == KeepDims.KEEP) {
                dims.add(Dim.of(1));
            }
        }
        return new Shape(dims);
    }

    private static TensorType arg(Call call) {
        Shape shape = call.shape(0);
        KeepDims keep = call.integer("keepdims", 1) != 0 ? KeepDims.KEEP : KeepDims.DROP;
        return new TensorType(
                INT64, shape == null ? null : reduced(call, shape, List.of(call.integer("axis", 0)), keep));
    }

    private static List<@Nullable TensorType> topK(Call call) {
        Shape shape = call.shape(0);
        Shape result = null;
        if (shape != null) {
            Optional<Long> k = call.opset() < 10
                    ? Optional.of(call.integer("k", 0))
                    : call.numbers(1).filter(n -> n.size() == 1).map(List::getFirst);
            List<Dim> dims = new ArrayList<>(shape.dims());
            dims.set(
                    call.axis(call.integer("axis", -1), shape.rank()),
                    k.filter(n -> n >= 0).map(Dim::of).orElseGet(Dim::unknown));
            result = new Shape(dims);
        }
        return Arrays.asList(call.typed(call.dtype(0), result), new TensorType(INT64, result));
    }
}
