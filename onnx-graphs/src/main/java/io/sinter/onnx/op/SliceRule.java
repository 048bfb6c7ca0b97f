package io.sinter.onnx.op;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Slice: bounds are attributes before opset 10, inputs from then on. */
final class SliceRule {

    private SliceRule() {}

    static @Nullable TensorType slice(Call call) {
        Shape shape = call.shape(0);
        if (shape == null) {
            return call.typed(call.dtype(0), null);
        }
        boolean inputs = call.opset() >= 10;
        Optional<List<Long>> starts = inputs ? call.numbers(1) : call.integers("starts");
        Optional<List<Long>> ends = inputs ? call.numbers(2) : call.integers("ends");
        int count = starts.or(() -> ends).map(List::size).orElse(0);
        Optional<List<Long>> axes =
                optional(call, 3, "axes", LongStream.range(0, count).boxed().toList());
        Optional<List<Long>> steps = optional(call, 4, "steps", Collections.nCopies(count, 1L));
        if (axes.isEmpty() || (starts.isEmpty() && ends.isEmpty())) {
            return call.typed(call.dtype(0), Dims.unknown(shape.rank()));
        }
        List<Dim> dims = new ArrayList<>(shape.dims());
        for (int i = 0; i < axes.get().size(); i++) {
            int axis = call.axis(axes.get().get(i), shape.rank());
            dims.set(axis, extent(call, shape.dim(axis), new Bounds(at(starts, i), at(ends, i), at(steps, i))));
        }
        return call.typed(call.dtype(0), new Shape(dims));
    }

    private record Bounds(
            @Nullable Long start,
            @Nullable Long end,
            @Nullable Long step) {}

    private static Optional<List<Long>> optional(Call call, int operand, String attribute, List<Long> otherwise) {
        if (call.opset() >= 10) {
            return call.input(operand) == null ? Optional.of(otherwise) : call.numbers(operand);
        }
        return call.integers(attribute).or(() -> Optional.of(otherwise));
    }

    private static @Nullable Long at(Optional<List<Long>> numbers, int index) {
        return numbers.isPresent() && index < numbers.get().size()
                ? numbers.get().get(index)
                : null;
    }

    private static Dim extent(Call call, Dim dim, Bounds bounds) {
        Long start = bounds.start();
        Long end = bounds.end();
        Long step = bounds.step();
        if (step != null && step == 0) {
            throw call.error("step 0");
        }
        if (start == null || end == null || step == null) {
            return Dim.unknown();
        }
        if (!(dim instanceof Dim.Known(long size))) {
            boolean whole = start == 0 && step == 1 && end >= Integer.MAX_VALUE;
            return whole ? dim : Dim.unknown();
        }
        return Dim.of(length(size, start, end, step));
    }

    /** Elements of {@code [start, end)} in steps, bounds counted from the end where negative, then clamped. */
    static long length(long size, long start, long end, long step) {
        long from = clamp(start, size, step);
        long to = clamp(end, size, step);
        long span = step > 0 ? to - from : from - to;
        return span <= 0 ? 0 : step == Long.MIN_VALUE ? 1 : Math.ceilDiv(span, Math.abs(step));
    }

    /** A bound within the axis: {@code [0, size]} going up, {@code [-1, size - 1]} going down. */
    static long clamp(long bound, long size, long step) {
        long fromStart = bound < 0 ? Math.max(bound, -size - 1) + size : bound;
        return step > 0 ? Math.clamp(fromStart, 0, size) : Math.clamp(fromStart, -1, Math.max(-1, size - 1));
    }
}
