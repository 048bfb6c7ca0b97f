package io.sinter.onnx.op;

import static io.sinter.tensor.DType.INT64;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Operators that move, join, cut or repeat elements. */
final class MovementRules {

    private MovementRules() {}

    static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        rules.put("Transpose", Rule.one(MovementRules::transpose));
        rules.put("Squeeze", Rule.one(MovementRules::squeeze));
        rules.put("Unsqueeze", Rule.one(MovementRules::unsqueeze));
        rules.put("Flatten", Rule.one(MovementRules::flatten));
        rules.put("Concat", Rule.one(MovementRules::concat));
        rules.put("Split", MovementRules::split);
        rules.put("Slice", Rule.one(SliceRule::slice));
        rules.put("Reshape", Rule.one(ReshapeRule::reshape));
        rules.put("Expand", Rule.one(MovementRules::expand));
        rules.put("Tile", Rule.one(MovementRules::tile));
        rules.put("Pad", Rule.one(MovementRules::pad));
        return rules;
    }

    private static @Nullable TensorType transpose(Call call) {
        Shape shape = call.shape(0);
        if (shape == null) {
            return call.type(0);
        }
        int rank = shape.rank();
        List<Long> perm = call.integers("perm")
                .orElseGet(() -> IntStream.range(0, rank)
                        .mapToObj(i -> (long) (rank - 1 - i))
                        .toList());
        if (!IntStream.range(0, rank)
                .mapToObj(i -> (long) i)
                .toList()
                .equals(perm.stream().sorted().toList())) {
            throw call.error("perm %s is no permutation of %d axes".formatted(perm, rank));
        }
        return call.typed(
                call.dtype(0),
                new Shape(perm.stream().map(p -> shape.dim(p.intValue())).toList()));
    }

    /** Axes of Squeeze and Unsqueeze: an input from opset 13 on, an attribute before. */
    private static Optional<List<Long>> axes(Call call) {
        return call.opset() >= 13 ? call.numbers(1) : call.integers("axes");
    }

    private static @Nullable TensorType squeeze(Call call) {
        Shape shape = call.shape(0);
        if (shape == null) {
            return call.type(0);
        }
        Optional<List<Long>> axes = axes(call);
        if (axes.isEmpty()) {
            boolean known = shape.known().isPresent() && call.input(1) == null;
            List<Dim> rest =
                    shape.dims().stream().filter(d -> !d.equals(Dim.of(1))).toList();
            return call.typed(call.dtype(0), known ? new Shape(rest) : null);
        }
        Set<Integer> gone = new HashSet<>();
        for (long axis : axes.get()) {
            int at = call.axis(axis, shape.rank());
            if (shape.dim(at) instanceof Dim.Known(long size) && size != 1) {
                throw call.error("axis %d has extent %d, not 1".formatted(axis, size));
            }
            gone.add(at);
        }
        List<Dim> rest = IntStream.range(0, shape.rank())
                .filter(i -> !gone.contains(i))
                .mapToObj(shape::dim)
                .toList();
        return call.typed(call.dtype(0), new Shape(rest));
    }

    private static @Nullable TensorType unsqueeze(Call call) {
        Shape shape = call.shape(0);
        Optional<List<Long>> axes = axes(call);
        if (shape == null || axes.isEmpty()) {
            return call.typed(call.dtype(0), null);
        }
        int rank = shape.rank() + axes.get().size();
        Set<Integer> added = new HashSet<>();
        for (long axis : axes.get()) {
            if (!added.add(call.axis(axis, rank))) {
                throw call.error("axis %d is given twice".formatted(axis));
            }
        }
        List<Dim> dims = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < rank; i++) {
            dims.add(added.contains(i) ? Dim.of(1) : shape.dim(next++));
        }
        return call.typed(call.dtype(0), new Shape(dims));
    }

    private static @Nullable TensorType flatten(Call call) {
        Shape shape = call.shape(0);
        if (shape == null) {
            return call.typed(call.dtype(0), Dims.unknown(2));
        }
        long axis = call.integer("axis", 1);
        int at = axis == shape.rank() ? shape.rank() : call.axis(axis, shape.rank());
        Dim rows = Dims.product(shape.dims().subList(0, at));
        Dim columns = Dims.product(shape.dims().subList(at, shape.rank()));
        return call.typed(call.dtype(0), new Shape(List.of(rows, columns)));
    }

    private static @Nullable TensorType concat(Call call) {
        int operands = call.inputs().size();
        var dtype = call.shared(IntStream.range(0, operands).toArray());
        Shape first = call.shape(0);
        if (first == null) {
            return call.typed(dtype, null);
        }
        int axis = call.axis(call.integer("axis", 0), first.rank());
        List<Dim> dims = new ArrayList<>(first.dims());
        List<Dim> along = new ArrayList<>(List.of(first.dim(axis)));
        for (int i = 1; i < operands; i++) {
            Shape shape = call.shape(i);
            if (shape == null) {
                return call.typed(dtype, null);
            }
            if (shape.rank() != first.rank()) {
                throw call.error("operands of rank %d and %d".formatted(first.rank(), shape.rank()));
            }
            along.add(shape.dim(axis));
            for (int j = 0; j < dims.size(); j++) {
                if (j != axis) {
                    dims.set(j, Dims.unify(call, dims.get(j), shape.dim(j)));
                }
            }
        }
        dims.set(axis, Dims.sum(along));
        return call.typed(dtype, new Shape(dims));
    }

    private static List<@Nullable TensorType> split(Call call) {
        Shape shape = call.shape(0);
        if (shape == null) {
            return Collections.nCopies(call.outputs(), call.typed(call.dtype(0), null));
        }
        int axis = call.axis(call.integer("axis", 0), shape.rank());
        List<Dim> sizes = splitSizes(call, shape.dim(axis));
        if (sizes.size() != call.outputs()) {
            throw call.error("%d sizes for %d outputs".formatted(sizes.size(), call.outputs()));
        }
        if (Dims.sum(sizes) instanceof Dim.Known total
                && shape.dim(axis) instanceof Dim.Known extent
                && !total.equals(extent)) {
            throw call.error("parts of axis %d add up to %s, not to its extent %s".formatted(axis, total, extent));
        }
        List<@Nullable TensorType> types = new ArrayList<>();
        for (Dim size : sizes) {
            List<Dim> dims = new ArrayList<>(shape.dims());
            dims.set(axis, size);
            types.add(call.typed(call.dtype(0), new Shape(dims)));
        }
        return types;
    }

    private static List<Dim> splitSizes(Call call, Dim extent) {
        Optional<List<Long>> given = call.opset() >= 13 ? call.numbers(1) : call.integers("split");
        if (given.isPresent()) {
            return given.get().stream().map(call::extent).toList();
        }
        int parts = call.outputs();
        if (call.input(1) != null || !(extent instanceof Dim.Known(long size)) || parts == 0) {
            return Collections.nCopies(parts, Dim.unknown());
        }
        long part = Math.ceilDiv(size, parts);
        List<Dim> sizes = new ArrayList<>(Collections.nCopies(parts - 1, Dim.of(part)));
        sizes.add(Dim.of(Math.max(0, size - part * (parts - 1))));
        return sizes;
    }

    private static @Nullable TensorType expand(Call call) {
        call.require(1, INT64);
        Contents target = call.contents(1);
        Shape shape = target == null ? ReshapeRule.ofUnknownExtents(call.shape(1)) : new Shape(target.dims());
        return call.typed(call.dtype(0), Dims.broadcast(call, call.shape(0), shape));
    }

    private static @Nullable TensorType tile(Call call) {
        Shape shape = call.shape(0);
        Contents repeats = call.contents(1);
        if (shape == null) {
            return call.typed(call.dtype(0), null);
        }
        if (repeats == null) {
            return call.typed(call.dtype(0), Dims.unknown(shape.rank()));
        }
        if (repeats.elements().size() != shape.rank()) {
            throw call.error(
                    "%d repeats for rank %d".formatted(repeats.elements().size(), shape.rank()));
        }
        List<Dim> dims = IntStream.range(0, shape.rank())
                .mapToObj(i -> Dims.product(List.of(shape.dim(i), repeats.dims().get(i))))
                .toList();
        return call.typed(call.dtype(0), new Shape(dims));
    }

    private static @Nullable TensorType pad(Call call) {
        Shape shape = call.shape(0);
        Optional<List<Long>> pads = call.opset() >= 11 ? call.numbers(1) : call.integers("pads");
        if (shape == null) {
            return call.typed(call.dtype(0), null);
        }
        if (pads.isEmpty() || call.input(3) != null) {
            return call.typed(call.dtype(0), Dims.unknown(shape.rank()));
        }
        int rank = shape.rank();
        if (pads.get().size() != 2 * rank) {
            throw call.error(
                    "%d pads for rank %d, expected %d".formatted(pads.get().size(), rank, 2 * rank));
        }
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            long added = pads.get().get(i) + pads.get().get(i + rank);
            dims.add(
                    shape.dim(i) instanceof Dim.Known(long size) && size + added >= 0
                            ? Dim.of(size + added)
                            : added == 0 ? shape.dim(i) : Dim.unknown());
        }
        return call.typed(call.dtype(0), new Shape(dims));
    }
}
