package io.sinter.onnx.op;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an integer scalar or vector is known to hold, followed through the arithmetic that exporters write to compute
 * shapes ({@code Shape}, {@code Gather}, {@code Concat}, ...), so that {@code Reshape(x, [batch, -1, 12, 32])} has a
 * type though the extents are not known.
 *
 * @param elements in order
 * @param rank 0 for a scalar, 1 for a vector
 */
record Contents(List<Element> elements, int rank) {

    /** One integer: a number, or an extent that is not known yet. */
    sealed interface Element {

        /** A number of any sign. */
        record Number(long value) implements Element {}

        /** An extent that is named or unknown. */
        record Extent(Dim dim) implements Element {}

        static Element of(Dim dim) {
            return dim instanceof Dim.Known(long size) ? new Number(size) : new Extent(dim);
        }
    }

    /** Vectors longer than this do not describe shapes. */
    private static final int MAX_ELEMENTS = 256;

    /** How far back to follow the arithmetic. */
    private static final int MAX_DEPTH = 24;

    static @Nullable Contents of(@Nullable Value value) {
        return new Tracer().trace(value, MAX_DEPTH);
    }

    Optional<List<Long>> numbers() {
        List<Long> numbers = new ArrayList<>();
        for (Element element : elements) {
            if (!(element instanceof Element.Number(long value))) {
                return Optional.empty();
            }
            numbers.add(value);
        }
        return Optional.of(numbers);
    }

    /** The elements as extents; unknown where negative. */
    List<Dim> dims() {
        return elements.stream()
                .map(element -> switch (element) {
                    case Element.Number(long value) -> value < 0 ? Dim.unknown() : Dim.of(value);
                    case Element.Extent(Dim dim) -> dim;
                })
                .toList();
    }

    static @Nullable Contents of(TensorData data) {
        if (data.rank() > 1 || data.elementCount() > MAX_ELEMENTS) {
            return null;
        }
        long[] values = switch (data.dtype()) {
            case INT64 -> data.toLongArray();
            case INT32 -> {
                int[] ints = data.data().toArray(TensorData.I32);
                yield Arrays.stream(ints).asLongStream().toArray();
            }
            default -> null;
        };
        if (values == null) {
            return null;
        }
        List<Element> elements = new ArrayList<>();
        for (long value : values) {
            elements.add(new Element.Number(value));
        }
        return new Contents(elements, data.rank());
    }

    /** Follows producers; the budget bounds the work on graphs that share results a lot. */
    private static final class Tracer {

        private int budget = 512;

        @Nullable
        Contents trace(@Nullable Value value, int depth) {
            if (value == null || depth == 0 || budget-- <= 0) {
                return null;
            }
            TensorData data = value.constant();
            if (data != null) {
                return of(data);
            }
            Node node = value.producer();
            return node == null || !node.domain().isEmpty() ? null : trace(node, depth - 1);
        }

        private @Nullable Contents trace(Node node, int depth) {
            return switch (node.opType()) {
                case "Constant" -> constant(node);
                case "Shape" -> shape(node);
                case "Identity" -> trace(node.input(0), depth);
                case "Cast" -> cast(node, depth);
                case "Unsqueeze" -> ranked(trace(node.input(0), depth), 0, 1);
                case "Squeeze" -> ranked(trace(node.input(0), depth), 1, 0);
                case "Concat" -> concat(node, depth);
                case "Gather" -> gather(node, depth);
                case "Slice" -> slice(node, depth);
                case "Add" -> arithmetic(node, depth, Math::addExact);
                case "Sub" -> arithmetic(node, depth, Math::subtractExact);
                case "Mul" -> arithmetic(node, depth, Math::multiplyExact);
                case "Div" -> arithmetic(node, depth, (a, b) -> a / b);
                default -> null;
            };
        }

        private @Nullable Contents cast(Node node, int depth) {
            long to = node.intAttribute("to", 0);
            Contents contents =
                    to == DType.INT64.onnxCode() || to == DType.INT32.onnxCode() ? trace(node.input(0), depth) : null;
            boolean wraps = contents != null
                    && to == DType.INT32.onnxCode()
                    && contents.elements.stream().anyMatch(e -> e instanceof Element.Number(long n) && !fitsInt(n));
            return wraps ? null : contents;
        }

        private static boolean fitsInt(long value) {
            return value == (int) value;
        }

        private static @Nullable Contents constant(Node node) {
            if (node.attribute("value") instanceof Attribute.Tensor tensor) {
                return of(tensor.value());
            }
            if (node.attribute("value_int") instanceof Attribute.Int(long value)) {
                return new Contents(List.of(new Element.Number(value)), 0);
            }
            return node.intsAttribute("value_ints")
                    .filter(v -> v.size() <= MAX_ELEMENTS)
                    .map(v -> of(TensorData.vector(
                            v.stream().mapToLong(Long::longValue).toArray())))
                    .orElse(null);
        }

        private static @Nullable Contents shape(Node node) {
            Value input = node.input(0);
            TensorType type = input == null ? null : input.type();
            Shape shape = type == null ? null : type.shape();
            if (shape == null || shape.rank() > MAX_ELEMENTS) {
                return null;
            }
            int start = clamp(node.intAttribute("start", 0), shape.rank());
            int end = clamp(node.intAttribute("end", shape.rank()), shape.rank());
            List<Dim> dims = start < end ? shape.dims().subList(start, end) : List.of();
            return new Contents(dims.stream().map(Element::of).toList(), 1);
        }

        private static @Nullable Contents ranked(@Nullable Contents contents, int from, int to) {
            return contents == null || contents.rank != from || contents.elements.size() != 1
                    ? null
                    : new Contents(contents.elements, to);
        }

        private @Nullable Contents concat(Node node, int depth) {
            List<Element> all = new ArrayList<>();
            for (Value input : node.inputs()) {
                Contents part = trace(input, depth);
                if (part == null || part.rank != 1 || all.size() + part.elements.size() > MAX_ELEMENTS) {
                    return null;
                }
                all.addAll(part.elements);
            }
            return new Contents(all, 1);
        }

        private @Nullable Contents gather(Node node, int depth) {
            Contents data = trace(node.input(0), depth);
            Contents indices = trace(node.input(1), depth);
            Optional<List<Long>> numbers = indices == null ? Optional.empty() : indices.numbers();
            if (data == null || data.rank != 1 || indices == null || numbers.isEmpty()) {
                return null;
            }
            int size = data.elements.size();
            List<Element> picked = new ArrayList<>();
            for (long index : numbers.get()) {
                if (index < -size || index >= size) {
                    return null;
                }
                picked.add(data.elements.get((int) (index < 0 ? index + size : index)));
            }
            return new Contents(picked, indices.rank);
        }

        private @Nullable Contents slice(Node node, int depth) {
            Contents data = trace(node.input(0), depth);
            Long start = single(node, 1, depth);
            Long end = single(node, 2, depth);
            Long step = node.input(4) == null ? Long.valueOf(1) : single(node, 4, depth);
            if (data == null || data.rank != 1 || start == null || end == null || step == null || step != 1) {
                return null;
            }
            int from = clamp(start, data.elements.size());
            int to = clamp(end, data.elements.size());
            return new Contents(from < to ? data.elements.subList(from, to) : List.of(), 1);
        }

        private @Nullable Long single(Node node, int index, int depth) {
            Contents contents = trace(node.input(index), depth);
            return contents == null
                    ? null
                    : contents.numbers()
                            .filter(n -> n.size() == 1)
                            .map(List::getFirst)
                            .orElse(null);
        }

        private @Nullable Contents arithmetic(Node node, int depth, LongBinaryOperator operator) {
            Contents a = trace(node.input(0), depth);
            Contents b = trace(node.input(1), depth);
            if (a == null || b == null) {
                return null;
            }
            int size = a.elements.size() == 1 ? b.elements.size() : a.elements.size();
            if (b.elements.size() != 1 && b.elements.size() != size) {
                return null;
            }
            List<Element> results = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                Element left = a.elements.get(a.elements.size() == 1 ? 0 : i);
                Element right = b.elements.get(b.elements.size() == 1 ? 0 : i);
                results.add(apply(left, right, operator));
            }
            return new Contents(results, Math.max(a.rank, b.rank));
        }

        private static Element apply(Element a, Element b, LongBinaryOperator operator) {
            if (a instanceof Element.Number(long left) && b instanceof Element.Number(long right)) {
                try {
                    long result = operator.applyAsLong(left, right);
                    // INT32 arithmetic would wrap here; no extent is that large.
                    return fitsInt(result) ? new Element.Number(result) : new Element.Extent(Dim.unknown());
                } catch (ArithmeticException e) {
                    return new Element.Extent(Dim.unknown());
                }
            }
            return new Element.Extent(Dim.unknown());
        }

        private static int clamp(long index, int size) {
            long fromStart = index < 0 ? Math.max(index, -size) + size : index;
            return (int) Math.min(fromStart, size);
        }
    }
}
