package io.sinter.onnx.pass.fuse;

import static io.sinter.onnx.pass.fuse.Pattern.add;
import static io.sinter.onnx.pass.fuse.Pattern.mul;
import static io.sinter.onnx.pass.fuse.Pattern.number;
import static io.sinter.onnx.pass.fuse.Pattern.oneOf;
import static io.sinter.onnx.pass.fuse.Pattern.op;
import static io.sinter.onnx.pass.fuse.Pattern.scalar;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks for norms that are written out: a value divided by the root of a mean of squares over the last axis, with a scale
 * and a shift or without.
 *
 * @param structure which norm
 * @param candidate what stands for one: the root
 * @param forms how the norm may be written, the most complete first; {@code x}, {@code epsilon}, {@code scale}, {@code bias}
 */
record NormSearch(Structure structure, Pattern candidate, List<Pattern> forms) {

    /** Puts an operator in the place of a norm. */
    @FunctionalInterface
    interface Emission {

        /** The operator's output; the scale has a number for each component. */
        Value emit(Rewrite rewrite, Value root, Value scale, Match match);
    }

    /** √(mean of squares + epsilon). */
    static Pattern root(Pattern squares) {
        return op("Sqrt", add(op("ReduceMean", NormSearch::isOverLastAxis, squares), number("epsilon")));
    }

    /** x / root, as a quotient or a product with its inverse. */
    static Pattern quotient(Pattern x, Pattern root) {
        return oneOf(op("Div", x, root), mul(x, op("Reciprocal", root)), mul(x, op("Div", scalar(1), root)));
    }

    /** The square of what a pattern matches. */
    static Pattern squared(Pattern x) {
        return oneOf(op("Pow", x, scalar(2)), mul(x, x));
    }

    /** Replaces all that are found, and refuses the rest. */
    void run(Rewrite rewrite, Emission emission) {
        Set<Node> open = new HashSet<>(candidates(rewrite));
        for (Pattern form : forms) {
            for (Node node : List.copyOf(rewrite.graph().nodes())) {
                if (node.outputs().size() == 1) {
                    form.match(node.output())
                            .filter(m -> m.nodes().stream().anyMatch(open::contains))
                            .filter(NormSearch::parametersFit)
                            .ifPresent(m -> {
                                open.removeAll(m.nodes());
                                Value scale = m.find("scale").orElseGet(() -> ones(rewrite.before(node.output()), m));
                                rewrite.replace(node.output(), emission.emit(rewrite, node.output(), scale, m));
                            });
                }
            }
        }
        candidates(rewrite).stream()
                .filter(open::contains)
                .forEach(node -> rewrite.refuse(node, "its mean of squares is that of no norm over the last axis"));
    }

    private List<Node> candidates(Rewrite rewrite) {
        return rewrite.nodes("", "Sqrt").stream()
                .filter(node -> candidate.match(node.output()).isPresent())
                .toList();
    }

    /** Whether scale and shift have a number for each component of the last axis. */
    private static boolean parametersFit(Match match) {
        Shape shape = Rewrite.shape(match.get("x"));
        if (shape == null || shape.rank() == 0 || !(shape.dim(-1) instanceof Dim.Known(long width))) {
            return false;
        }
        List<Value> parameters = new ArrayList<>();
        match.find("scale").ifPresent(parameters::add);
        match.find("bias").ifPresent(parameters::add);
        return parameters.stream().allMatch(p -> Shape.of(width).equals(Rewrite.shape(p)));
    }

    private static Value ones(Ops ops, Match match) {
        Value x = match.get("x");
        Shape shape = Rewrite.shape(x);
        if (x.type() == null || shape == null || !(shape.dim(-1) instanceof Dim.Known(long width))) {
            throw new IllegalArgumentException(x + ": the width is not known");
        }
        float[] ones = new float[Math.toIntExact(width)];
        Arrays.fill(ones, 1);
        return ops.constant(
                "ones", Conversion.convert(TensorData.vector(ones), x.type().dtype()));
    }

    private static boolean isOverLastAxis(Node mean) {
        Value input = mean.input(1);
        List<Long> axes = input == null
                ? mean.intsAttribute("axes").orElse(List.of())
                : ShapeInference.knownIntegers(input).orElse(List.of());
        Shape shape = Rewrite.shape(mean.input(0));
        return mean.intAttribute("keepdims", 1) == 1
                && axes.size() == 1
                && (axes.getFirst() == -1 || (shape != null && axes.getFirst() == shape.rank() - 1));
    }

    /** The mean over the last axis. */
    static Pattern mean(Pattern x) {
        return op("ReduceMean", NormSearch::isOverLastAxis, x);
    }
}
