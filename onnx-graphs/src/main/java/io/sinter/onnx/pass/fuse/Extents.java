package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.onnx.pass.fuse.Element.Number;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Extents that follow from the arithmetic with which exporters compute them, where shape inference gives up. */
final class Extents {

    private Extents() {}

    /** The types of a node's outputs with unknown extents filled in as far as they can be read. */
    static List<@Nullable TensorType> refine(Node node, List<@Nullable TensorType> types) {
        TensorType type = types.isEmpty() ? null : types.getFirst();
        if (type == null || type.shape() == null || !type.shape().dims().contains(Dim.unknown())) {
            return types;
        }
        List<Dim> dims = new ArrayList<>(type.shape().dims());
        for (int i = 0; i < dims.size(); i++) {
            if (dims.get(i) instanceof Dim.Unknown) {
                dims.set(
                        i,
                        switch (node.opType()) {
                            case "Expand" -> expanded(node, i, dims.size());
                            case "Slice" -> sliced(node, i, dims.size());
                            default -> Dim.unknown();
                        });
            }
        }
        return Collections.singletonList(new TensorType(type.dtype(), new Shape(dims)));
    }

    /** One element of what a Shape node computes, or null where it is not known. */
    static @Nullable Element element(Node node, Element place) {
        Shape shape = Rewrite.shape(node.input(0));
        if (shape == null || !(place instanceof Number(double position))) {
            return null;
        }
        int rank = shape.rank();
        int start = clamp(node.intAttribute("start", 0), rank);
        int end = clamp(node.intAttribute("end", rank), rank);
        int axis = (int) position + (position < 0 ? end : start);
        if (axis < start || axis >= end) {
            return null;
        }
        return switch (shape.dim(axis)) {
            case Dim.Known(long size) -> new Number(size);
            case Dim.Symbol symbol -> new Element.Extent(symbol);
            case Dim.Unknown ignored -> null;
        };
    }

    private static int clamp(long axis, int rank) {
        return Math.clamp(axis < 0 ? axis + rank : axis, 0, rank);
    }

    private static Dim expanded(Node node, int axis, int rank) {
        Shape before = Rewrite.shape(node.input(0));
        Shape length = Rewrite.shape(node.input(1));
        if (before == null || length == null || !length.dim(0).equals(Dim.of(rank))) {
            return Dim.unknown();
        }
        int own = axis - (rank - before.rank());
        Dim extent = dim(Elements.at(Objects.requireNonNull(node.input(1)), axis));
        boolean repeats =
                own < 0 || before.dim(own).equals(Dim.of(1)) || before.dim(own).equals(extent);
        return repeats ? extent : Dim.unknown();
    }

    /**
     * A slice from 0 to an extent is taken to be as long: where it is shorter, as a table of positions is for a text that
     * is too long, it does not fit what the graph adds it to.
     */
    private static Dim sliced(Node node, int axis, int rank) {
        Value ends = Objects.requireNonNull(node.input(2));
        List<Long> starts = integers(node, 1);
        List<Long> axes = integers(node, 3);
        List<Long> steps = node.input(4) == null ? List.of() : integers(node, 4);
        for (int i = 0; i < axes.size() && i < starts.size(); i++) {
            boolean here = axes.get(i) == axis || axes.get(i) + rank == axis;
            if (here && starts.get(i) == 0 && steps.stream().allMatch(s -> s == 1)) {
                return dim(Elements.at(ends, i));
            }
        }
        return Dim.unknown();
    }

    private static Dim dim(Element element) {
        return switch (element) {
            case Element.Extent(Dim dim) -> dim;
            case Number(double number) when number >= 0 -> Dim.of((long) number);
            default -> Dim.unknown();
        };
    }

    private static List<Long> integers(Node node, int input) {
        Value value = node.input(input);
        return value == null ? List.of() : ShapeInference.knownIntegers(value).orElse(List.of());
    }
}
