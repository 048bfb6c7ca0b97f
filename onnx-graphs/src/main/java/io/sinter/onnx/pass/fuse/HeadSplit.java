package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Queries, keys or values, from the matrix product of an attention back to where their width was split into heads.
 *
 * @param source before the split, {@code [B, S, N·d]}
 * @param heads N
 * @param width d
 * @param scale what the heads were multiplied with on the way
 */
record HeadSplit(Value source, long heads, long width, double scale) {

    /** {@code [B, S, N, d]} to {@code [B, N, S, d]}. */
    static final List<Integer> BY_HEAD = List.of(0, 2, 1, 3);

    /** {@code [B, S, N, d]} to {@code [B, N, d, S]}. */
    static final List<Integer> BY_HEAD_TRANSPOSED = List.of(0, 2, 3, 1);

    /**
     * Follows a value back through transpositions and scaling.
     *
     * @param role for messages: {@code queries}
     * @param order how the axes after the split must have been ordered
     */
    static HeadSplit of(Value value, String role, List<Integer> order) throws Unfit {
        List<Integer> axes = List.of(0, 1, 2, 3);
        double scale = 1;
        Value at = value;
        while (true) {
            Node node = at.producer();
            if (node == null || !node.domain().isEmpty()) {
                throw new Unfit("%s are \"%s\", not split into heads by a Reshape".formatted(role, at.name()));
            }
            switch (node.opType()) {
                case "Identity", "Dropout" -> at = input(node);
                case "Mul", "Div" -> {
                    Scaling scaling = Scaling.of(node)
                            .orElseThrow(() -> new Unfit(
                                    "%s go through %s, whose factor is no constant number".formatted(role, node)));
                    scale *= scaling.factor();
                    at = scaling.scaled();
                }
                case "Transpose" -> {
                    axes = compose(axes, node, role);
                    at = input(node);
                }
                case "Reshape" -> {
                    if (!axes.equals(order)) {
                        throw new Unfit("%s have their axes ordered %s, not %s".formatted(role, axes, order));
                    }
                    return split(node, role, scale);
                }
                default -> throw new Unfit("%s go through %s".formatted(role, node));
            }
        }
    }

    private static List<Integer> compose(List<Integer> axes, Node transpose, String role) throws Unfit {
        List<Long> perm = transpose.intsAttribute("perm").orElse(List.of());
        if (perm.size() != 4) {
            throw new Unfit("%s have %d axes where they are transposed, not 4".formatted(role, perm.size()));
        }
        return axes.stream().map(axis -> perm.get(axis).intValue()).toList();
    }

    private static HeadSplit split(Node reshape, String role, double scale) throws Unfit {
        Value source = input(reshape);
        Shape before = Rewrite.shape(source);
        Shape after = Rewrite.shape(reshape.output());
        if (before == null
                || after == null
                || before.rank() != 3
                || after.rank() != 4
                || !(before.dim(2) instanceof Dim.Known(long joined))
                || !(after.dim(3) instanceof Dim.Known(long width))
                || joined % width != 0
                || contradict(after.dim(2), Dim.of(joined / width))
                || contradict(before.dim(0), after.dim(0))
                || contradict(before.dim(1), after.dim(1))) {
            throw new Unfit("%s of shape %s become %s, not [B, S, heads, width]".formatted(role, before, after));
        }
        return new HeadSplit(source, joined / width, width, scale);
    }

    /** The same with a constant factor before the split taken out. */
    HeadSplit unscaled() {
        Node node = source.producer();
        if (node == null || !(node.is("Mul") || node.is("Div"))) {
            return this;
        }
        return Scaling.of(node)
                .map(s -> new HeadSplit(s.scaled(), heads, width, scale * s.factor()))
                .orElse(this);
    }

    /** Whether two extents cannot be one. */
    static boolean contradict(Dim a, Dim b) {
        return !a.equals(b) && !(a instanceof Dim.Unknown) && !(b instanceof Dim.Unknown);
    }

    private static Value input(Node node) {
        return Objects.requireNonNull(node.input(0));
    }

    /** A product or quotient with a constant number. */
    record Scaling(Value scaled, double factor) {

        static Optional<Scaling> of(Node node) {
            Value a = Objects.requireNonNull(node.input(0));
            Value b = Objects.requireNonNull(node.input(1));
            OptionalDouble right = Scalars.of(b);
            OptionalDouble left = Scalars.of(a);
            if (right.isPresent()) {
                double number = right.getAsDouble();
                return Optional.of(new Scaling(a, node.is("Div") ? 1 / number : number));
            }
            return left.isPresent() && node.is("Mul")
                    ? Optional.of(new Scaling(b, left.getAsDouble()))
                    : Optional.empty();
        }
    }
}
