package io.sinter.onnx.autodiff;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Operators that pick elements: gradients are added up where the elements came from.
 *
 * <p>Where that is, the operator itself tells: applied to the numbers 0, 1, 2, … in the shape of its input, it picks the
 * places of the elements that it picks.
 *
 * <p>ScatterElements adds them up, not ScatterND: ONNX Runtime's CPU kernel of ScatterND (seen in 1.29) lets several
 * threads add to one row at once when an index is repeated, and loses some of what they add.
 */
final class IndexGradients {

    private IndexGradients() {}

    static Map<String, GradientRule> rules() {
        Map<String, GradientRule> rules = new HashMap<>();
        rules.put("Gather", GradientRule.of((o, n) -> n.axis("axis", 0, n.x()) == 0 ? rows(o, n) : scattered(o, n)));
        rules.put("GatherElements", GradientRule.of(IndexGradients::elements));
        rules.put("GatherND", GradientRule.of(IndexGradients::scattered));
        rules.put("Slice", GradientRule.of((o, n) -> isWithoutGaps(n) ? padded(o, n) : scattered(o, n)));
        return rules;
    }

    /** Looked-up rows, as of an embedding table: each is added to the row that it was. */
    private static Value rows(Ops ops, Adjoint at) {
        int rank = at.shape(at.x()).rank();
        Value updates = at.dy();
        if (at.shape(at.x(1)).rank() != 1) {
            Value row = ops.apply("Shape", List.of(at.x()), Map.of("start", Attribute.of(1)));
            updates = ops.reshape(at.dy(), ops.concat(0, List.of(Extents.vector(ops, List.of(-1L)), row)));
        }
        List<Long> column = new ArrayList<>(Collections.nCopies(rank, 1L));
        column.set(0, -1L);
        Value indices = ops.expand(ops.reshape(at.x(1), Extents.vector(ops, column)), ops.shape(updates));
        return added(ops, Extents.filled(ops, 0, at.x()), indices, updates, 0);
    }

    private static Value elements(Ops ops, Adjoint at) {
        return added(ops, Extents.filled(ops, 0, at.x()), at.x(1), at.dy(), at.axis("axis", 0, at.x()));
    }

    private static Value scattered(Ops ops, Adjoint at) {
        Value count = Extents.size(ops, at.x());
        Value zero = ops.constant("first", TensorData.scalar(0L));
        Value one = ops.constant("step", TensorData.scalar(1L));
        Value numbers = ops.apply("Range", List.of(zero, count, one), Map.of());
        List<@Nullable Value> operands = new ArrayList<>(at.node().inputs());
        operands.set(0, ops.reshape(numbers, Extents.of(ops, at.x())));
        TensorType places = new TensorType(DType.INT64, Extents.shape(at.y()));
        Value picked = ops.emit(
                        "", at.node().opType(), operands, at.node().attributes(), Collections.singletonList(places))
                .getFirst();
        Value zeros = ops.expand(at.number(ops, 0), ops.unsqueeze(count, 0));
        Value flat = added(ops, zeros, ops.reshape(picked, -1), ops.reshape(at.dy(), -1), 0);
        return Extents.reshapedTo(ops, flat, at.x());
    }

    private static Value added(Ops ops, Value to, Value indices, Value updates, long axis) {
        return ops.apply(
                "ScatterElements",
                List.of(to, indices, updates),
                Map.of("axis", Attribute.of(axis), "reduction", Attribute.of("add")));
    }

    private static boolean isWithoutGaps(Adjoint at) {
        Value steps = at.node().input(4);
        return steps == null
                || ShapeInference.knownIntegers(steps)
                        .filter(known -> known.stream().allMatch(step -> step == 1))
                        .isPresent();
    }

    /** Zeros before and after what was cut out. */
    private static Value padded(Ops ops, Adjoint at) {
        Value extents = ops.shape(at.x());
        Value starts = ops.cast(at.x(1), DType.INT64);
        Value zero = Extents.vector(ops, List.of(0L));
        Value axes = at.node().input(3) == null ? first(ops, starts) : at.x(3);
        Value along = ops.gather(extents, axes, 0);
        Value fromEnd = ops.max(ops.add(starts, along), zero);
        Value before = ops.where(ops.less(starts, zero), fromEnd, ops.min(starts, along));
        Value none = ops.sub(extents, extents);
        Value begin = ops.apply("ScatterElements", List.of(none, axes, before), Map.of());
        Value end = ops.sub(ops.sub(extents, begin), ops.shape(at.dy()));
        return ops.apply("Pad", List.of(at.dy(), ops.concat(0, List.of(begin, end))), Map.of());
    }

    /** The axes where a Slice names none: the first ones. */
    private static Value first(Ops ops, Value starts) {
        Value count = ops.apply("Size", List.of(starts), Map.of());
        Value zero = ops.constant("first", TensorData.scalar(0L));
        return ops.apply("Range", List.of(zero, count, ops.constant("step", TensorData.scalar(1L))), Map.of());
    }
}
