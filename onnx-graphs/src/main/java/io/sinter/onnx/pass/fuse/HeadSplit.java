package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Queries, keys or values of an attention, from its matrix product back to where their width was split into heads, or to
 * where something else was done to the heads, such as turning them by their position.
 *
 * @param value {@code [B, S, N·d]}, or heads in four axes
 * @param order where {@code [B, S, N, d]} are among the four axes; empty if the heads are joined
 * @param heads N
 * @param width d
 * @param scale what the heads were multiplied with on the way
 */
record HeadSplit(Value value, List<Integer> order, long heads, long width, double scale) {

    /** {@code [B, S, N, d]} to {@code [B, N, S, d]}. */
    static final List<Integer> BY_HEAD = List.of(0, 2, 1, 3);

    /** {@code [B, S, N, d]} to {@code [B, N, d, S]}. */
    static final List<Integer> BY_HEAD_TRANSPOSED = List.of(0, 2, 3, 1);

    /**
     * Follows an operand of the product back through transpositions and scaling.
     *
     * @param role for messages: {@code queries}
     * @param transposed how {@code [B, S, N, d]} is transposed to the operand
     */
    static HeadSplit of(Value operand, String role, List<Integer> transposed) throws Unfit {
        Path path = Path.to(operand, role);
        HeadSplit split = path.axes().equals(transposed) ? split(path) : null;
        return split == null ? computed(path, role, transposed) : split;
    }

    /** The value that was split, where that is all that was done. */
    Optional<Value> projected() {
        return order.isEmpty() ? Optional.of(value) : Optional.empty();
    }

    /** Number of texts. */
    Dim batch() {
        return Objects.requireNonNull(Rewrite.shape(value)).dim(order.isEmpty() ? 0 : order.get(0));
    }

    /** {@code [B, S, N·d]}, as the operators take it. */
    Value joined(Ops ops) {
        if (order.isEmpty()) {
            return value;
        }
        int[] perm = order.stream().mapToInt(axis -> axis).toArray();
        boolean inOrder = order.equals(List.of(0, 1, 2, 3));
        return ops.reshape(inOrder ? value : ops.transpose(value, perm), 0, 0, heads * width);
    }

    /** S, as a vector of one. */
    Value length(Ops ops) {
        long axis = order.isEmpty() ? 1 : order.get(1);
        return ops.apply("Shape", List.of(value), Map.of("start", Attribute.of(axis), "end", Attribute.of(axis + 1)));
    }

    /** The same with a constant factor before the split taken out. */
    HeadSplit unscaled() {
        Node node = value.producer();
        return node == null || !order.isEmpty()
                ? this
                : Scaling.of(node)
                        .map(s -> new HeadSplit(s.scaled(), order, heads, width, scale * s.factor()))
                        .orElse(this);
    }

    /** Whether two extents cannot be one. */
    static boolean contradict(Dim a, Dim b) {
        return !a.equals(b) && !(a instanceof Dim.Unknown) && !(b instanceof Dim.Unknown);
    }

    /** A reshape of {@code [B, S, N·d]} to {@code [B, S, N, d]}, or null. */
    private static @Nullable HeadSplit split(Path path) {
        Node reshape = path.end().producer();
        Value source = reshape == null || !reshape.is("Reshape") ? null : reshape.input(0);
        Shape before = Rewrite.shape(source);
        Shape after = Rewrite.shape(path.end());
        if (source == null
                || before == null
                || after == null
                || before.rank() != 3
                || after.rank() != 4
                || contradict(before.dim(0), after.dim(0))
                || contradict(before.dim(1), after.dim(1))) {
            return null;
        }
        return before.dim(2) instanceof Dim.Known(long joined)
                        && after.dim(3) instanceof Dim.Known(long width)
                        && joined % width == 0
                        && !contradict(after.dim(2), Dim.of(joined / width))
                ? new HeadSplit(source, List.of(), joined / width, width, path.scale())
                : null;
    }

    private static HeadSplit computed(Path path, String role, List<Integer> transposed) throws Unfit {
        List<Integer> order = IntStream.range(0, 4)
                .mapToObj(axis -> path.axes().get(transposed.indexOf(axis)))
                .toList();
        Shape shape = Rewrite.shape(path.end());
        if (shape != null
                && shape.rank() == 4
                && shape.dim(order.get(2)) instanceof Dim.Known(long heads)
                && shape.dim(order.get(3)) instanceof Dim.Known(long width)) {
            return new HeadSplit(path.end(), order, heads, width, path.scale());
        }
        throw new Unfit("%s are \"%s\" of shape %s, not [batch, heads, sequence, width] with heads and width known"
                .formatted(role, path.end().name(), shape));
    }

    /**
     * The way back to what is neither transposed nor scaled.
     *
     * @param end where it leads
     * @param axes for each axis of the start, which of the end's it is
     */
    private record Path(Value end, List<Integer> axes, double scale) {

        static Path to(Value start, String role) throws Unfit {
            Shape shape = Rewrite.shape(start);
            if (shape != null && shape.rank() != 4) {
                throw new Unfit(
                        "%s have shape %s where they are multiplied, expected four axes".formatted(role, shape));
            }
            Path path = new Path(start, List.of(0, 1, 2, 3), 1);
            for (Path next = path; next != null; next = path.back()) {
                path = next;
            }
            return path;
        }

        private @Nullable Path back() {
            Node node = end.producer();
            Value before = node == null || !node.domain().isEmpty() ? null : node.input(0);
            if (node == null || before == null) {
                return null;
            }
            return switch (node.opType()) {
                case "Identity", "Dropout" -> new Path(before, axes, scale);
                case "Mul", "Div" ->
                    Scaling.of(node)
                            .map(s -> new Path(s.scaled(), axes, scale * s.factor()))
                            .orElse(null);
                case "Transpose" -> {
                    List<Long> perm = node.intsAttribute("perm").orElse(List.of());
                    yield perm.size() != 4
                            ? null
                            : new Path(
                                    before,
                                    axes.stream()
                                            .map(axis -> perm.get(axis).intValue())
                                            .toList(),
                                    scale);
                }
                default -> null;
            };
        }
    }
}
