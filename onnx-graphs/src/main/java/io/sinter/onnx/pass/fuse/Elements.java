package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.onnx.pass.fuse.Element.Coordinate;
import io.sinter.onnx.pass.fuse.Element.Number;
import io.sinter.onnx.pass.fuse.Element.Read;
import io.sinter.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows single elements back through a graph: which element of which value an output element comes from, through the
 * arithmetic with which exporters build masks and positions. {@code Unsqueeze(Cast(mask))[b, 0, 0, k]} is
 * {@code mask[b, k]}, however many nodes are between. Indices are taken to be in range, as ONNX Runtime checks them.
 */
final class Elements {

    /** Deeper arithmetic than any exporter's; it bounds the work on other graphs. */
    private static final int BUDGET = 2_000;

    private static final Set<String> REGROUPING = Set.of("Squeeze", "Reshape", "Flatten", "Unsqueeze");

    private int budget = BUDGET;

    private Elements() {}

    /** The element of a value of known rank that stands at the coordinates, or null where the rank is unknown. */
    static @Nullable Element of(Value value) {
        Shape shape = Rewrite.shape(value);
        return shape == null ? null : follow(() -> new Elements().at(value, coordinates(shape.rank())));
    }

    /** One element of a vector. */
    static Element at(Value vector, int position) {
        List<Element> index = List.of(new Number(position));
        Element element = follow(() -> new Elements().at(vector, index));
        return element == null ? new Read(vector, index) : element;
    }

    /** The element that a value has at the coordinates of a tensor that it is broadcast to, or null as above. */
    static @Nullable Element broadcast(Value value, int rank) {
        return follow(() -> new Elements().spread(value, coordinates(rank)));
    }

    private static List<Element> coordinates(int rank) {
        List<Element> index = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            index.add(new Coordinate(i));
        }
        return index;
    }

    private static @Nullable Element follow(Supplier<@Nullable Element> steps) {
        try {
            return steps.get();
        } catch (IndexOutOfBoundsException | IllegalArgumentException malformed) {
            return null; // axes that are none or inputs that are missing: ONNX Runtime will say so
        }
    }

    private Element at(Value value, List<Element> index) {
        Element constant = ConstantElements.at(value, index);
        Node node = value.producer();
        if (constant != null) {
            return constant;
        }
        if (node == null || !node.domain().isEmpty() || --budget < 0) {
            return new Read(value, index);
        }
        Element found = switch (node.opType()) {
            case "Identity", "Dropout" -> at(input(node, 0), index);
            case "Cast" -> cast(node, index);
            case "Not", "Neg" -> elementwise(node, 1, index);
            case "Add", "Sub", "Mul", "Div", "Max", "Min", "And", "Or" -> elementwise(node, 2, index);
            case "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual" -> elementwise(node, 2, index);
            case "Where" -> elementwise(node, 3, index);
            case "Expand" -> spread(input(node, 0), index);
            case "Transpose" -> transpose(node, index);
            case "Unsqueeze" -> unsqueeze(node, index);
            case "Squeeze", "Reshape", "Flatten" -> regroup(node, index);
            case "Gather", "GatherND", "GatherElements" -> gather(node, index);
            case "Concat" -> concat(node, index);
            case "Slice" -> slice(node, index);
            case "Range" -> range(node, index);
            case "Shape" -> Extents.element(node, index.getFirst());
            case "ConstantOfShape" -> fill(node);
            case "Trilu" -> triangle(node, index);
            default -> null;
        };
        return found == null ? new Read(value, index) : found;
    }

    private Element cast(Node node, List<Element> index) {
        Element element = at(input(node, 0), index);
        return node.intAttribute("to", 0) == DType.BOOL.onnxCode() ? Element.apply("Truth", List.of(element)) : element;
    }

    private @Nullable Element elementwise(Node node, int operands, List<Element> index) {
        List<Element> elements = new ArrayList<>();
        if (node.inputs().size() != operands) {
            return null;
        }
        for (int i = 0; i < operands; i++) {
            Element element = spread(input(node, i), index);
            if (element == null) {
                return null;
            }
            elements.add(element);
        }
        return Element.apply(node.opType(), elements);
    }

    /** Axes of extent 1 repeat; missing axes in front too. */
    private @Nullable Element spread(Value value, List<Element> index) {
        Shape shape = Rewrite.shape(value);
        if (shape == null || shape.rank() > index.size()) {
            return null;
        }
        List<Element> own = new ArrayList<>(index.subList(index.size() - shape.rank(), index.size()));
        for (int i = 0; i < own.size(); i++) {
            if (shape.dim(i).equals(Dim.of(1))) {
                own.set(i, Number.ZERO);
            }
        }
        return at(value, own);
    }

    private @Nullable Element transpose(Node node, List<Element> index) {
        List<Long> perm = node.intsAttribute("perm").orElse(null);
        if (perm == null || perm.size() != index.size()) {
            return null;
        }
        List<Element> before = new ArrayList<>(index);
        for (int i = 0; i < perm.size(); i++) {
            before.set(perm.get(i).intValue(), index.get(i));
        }
        return at(input(node, 0), before);
    }

    private @Nullable Element unsqueeze(Node node, List<Element> index) {
        List<Long> axes = ShapeInference.knownIntegers(input(node, 1)).orElse(null);
        if (axes == null) {
            return null;
        }
        List<Element> before = new ArrayList<>(index);
        axes.stream()
                .map(axis -> axis < 0 ? axis + index.size() : axis)
                .sorted((a, b) -> Long.compare(b, a))
                .forEach(axis -> before.remove(axis.intValue()));
        return at(input(node, 0), before);
    }

    /** A chain of reshapes keeps the order of the elements, whatever the extents between were. */
    private @Nullable Element regroup(Node node, List<Element> index) {
        Shape after = Rewrite.shape(node.output());
        Node reshape = node;
        while (reshape != null
                && REGROUPING.contains(reshape.opType())
                && reshape.domain().isEmpty()) {
            Value before = input(reshape, 0);
            List<Element> regrouped = Regrouping.indexBefore(Rewrite.shape(before), after, index);
            if (regrouped != null) {
                return at(before, regrouped);
            }
            reshape = before.producer();
        }
        return null;
    }

    private @Nullable Element gather(Node node, List<Element> index) {
        Shape indices = Rewrite.shape(input(node, 1));
        Shape data = Rewrite.shape(input(node, 0));
        if (indices == null || data == null) {
            return null;
        }
        int axis = (int) node.intAttribute("axis", 0);
        int from = axis < 0 ? axis + data.rank() : axis;
        return switch (node.opType()) {
            case "Gather" -> gatherSlices(node, index, from, indices.rank());
            case "GatherElements" -> {
                List<Element> before = new ArrayList<>(index);
                before.set(from, at(input(node, 1), index));
                yield at(input(node, 0), before);
            }
            default -> gatherTuples(node, index, indices);
        };
    }

    private Element gatherSlices(Node node, List<Element> index, int axis, int rank) {
        List<Element> before = new ArrayList<>(index.subList(0, axis));
        before.add(at(input(node, 1), index.subList(axis, axis + rank)));
        before.addAll(index.subList(axis + rank, index.size()));
        return at(input(node, 0), before);
    }

    private @Nullable Element gatherTuples(Node node, List<Element> index, Shape indices) {
        int prefix = indices.rank() - 1;
        if (node.intAttribute("batch_dims", 0) != 0 || !(indices.dim(-1) instanceof Dim.Known(long width))) {
            return null;
        }
        List<Element> before = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            List<Element> tuple = new ArrayList<>(index.subList(0, prefix));
            tuple.add(new Number(i));
            before.add(at(input(node, 1), tuple));
        }
        before.addAll(index.subList(prefix, index.size()));
        return at(input(node, 0), before);
    }

    private @Nullable Element concat(Node node, List<Element> index) {
        int axis = (int) node.intAttribute("axis", 0);
        int at = axis < 0 ? axis + index.size() : axis;
        if (!(index.get(at) instanceof Number(double position))) {
            return null;
        }
        double rest = position;
        for (Value part : node.inputs()) {
            Shape shape = Rewrite.shape(part);
            if (part == null || shape == null || !(shape.dim(at) instanceof Dim.Known(long size))) {
                return null;
            }
            if (rest < size) {
                List<Element> before = new ArrayList<>(index);
                before.set(at, new Number(rest));
                return at(part, before);
            }
            rest -= size;
        }
        return null;
    }

    private @Nullable Element slice(Node node, List<Element> index) {
        List<Long> starts = integers(node, 1);
        List<Long> axes = integers(node, 3);
        List<Long> steps = node.input(4) == null ? List.of() : integers(node, 4);
        boolean forward = steps != null && steps.stream().allMatch(s -> s == 1);
        if (starts == null || axes == null || !forward || starts.stream().anyMatch(s -> s < 0)) {
            return null;
        }
        List<Element> before = new ArrayList<>(index);
        for (int i = 0; i < axes.size(); i++) {
            int axis = (int) (axes.get(i) < 0 ? axes.get(i) + index.size() : axes.get(i));
            before.set(axis, Element.apply("Add", List.of(index.get(axis), new Number(starts.get(i)))));
        }
        return at(input(node, 0), before);
    }

    private @Nullable Element range(Node node, List<Element> index) {
        Element start = at(input(node, 0), List.of());
        Element delta = at(input(node, 2), List.of());
        return start instanceof Number && delta instanceof Number
                ? Element.apply("Add", List.of(start, Element.apply("Mul", List.of(index.getFirst(), delta))))
                : null;
    }

    private static @Nullable Element fill(Node node) {
        return node.attribute("value") instanceof Attribute.Tensor tensor
                ? ConstantElements.uniform(tensor.value())
                : Number.ZERO;
    }

    /** Keeps what is at or below the diagonal (or at or above), 0 elsewhere. */
    private @Nullable Element triangle(Node node, List<Element> index) {
        if (node.input(1) != null && !Scalars.equal(node.input(1), 0)) {
            return null;
        }
        Element row = index.get(index.size() - 2);
        Element column = index.getLast();
        String kept = node.intAttribute("upper", 1) == 1 ? "GreaterOrEqual" : "LessOrEqual";
        Element inside = Element.apply(kept, List.of(column, row));
        return Element.apply("Where", List.of(inside, at(input(node, 0), index), Number.ZERO));
    }

    private static @Nullable List<Long> integers(Node node, int input) {
        Value value = node.input(input);
        return value == null ? null : ShapeInference.knownIntegers(value).orElse(null);
    }

    private static Value input(Node node, int index) {
        Value value = node.input(index);
        if (value == null) {
            throw new IllegalArgumentException("%s has no input %d".formatted(node, index));
        }
        return value;
    }
}
