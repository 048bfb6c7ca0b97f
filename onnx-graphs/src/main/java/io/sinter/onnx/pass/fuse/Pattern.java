package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a value is computed, as a tree from the value back to what it is computed from. A name that occurs twice stands for
 * one value. Sums and products match in either order.
 *
 * <pre>
 * Pattern erf = op("Erf", op("Div", any("x"), scalar(Math.sqrt(2))));
 * erf.match(value).map(m -&gt; m.get("x"));
 * </pre>
 */
sealed interface Pattern {

    /** Any value, remembered by name. */
    record Any(String name) implements Pattern {}

    /** A constant of any shape, remembered by name. */
    record Constant(String name) implements Pattern {}

    /** A constant of one element, remembered by name. */
    record Number(String name) implements Pattern {}

    /** A constant of one element, equal to the number as far as its element type can say it. */
    record Scalar(double number) implements Pattern {}

    /** What an operator of ONNX's own set computes. */
    record Op(String opType, List<Pattern> inputs, Predicate<Node> condition) implements Pattern {}

    /** The first of several that matches. */
    record OneOf(List<Pattern> patterns) implements Pattern {}

    /** Any value. */
    static Pattern any(String name) {
        return new Any(name);
    }

    /** A constant of any shape. */
    static Pattern constant(String name) {
        return new Constant(name);
    }

    /** A constant of one element. */
    static Pattern number(String name) {
        return new Number(name);
    }

    /** That number. */
    static Pattern scalar(double number) {
        return new Scalar(number);
    }

    /** An operator's output; of the inputs past those given nothing is asked. */
    static Pattern op(String opType, Pattern... inputs) {
        return new Op(opType, List.of(inputs), node -> true);
    }

    /** An operator's output, where its attributes are right. */
    static Pattern op(String opType, Predicate<Node> condition, Pattern... inputs) {
        return new Op(opType, List.of(inputs), condition);
    }

    /** The sum, in either order. */
    static Pattern add(Pattern a, Pattern b) {
        return op("Add", a, b);
    }

    /** The product, in either order. */
    static Pattern mul(Pattern a, Pattern b) {
        return op("Mul", a, b);
    }

    /** The first of several that matches. */
    static Pattern oneOf(Pattern... patterns) {
        return new OneOf(List.of(patterns));
    }

    /** What the names stand for, if the value is computed like this. */
    default Optional<Match> match(Value value) {
        return matches(this, value, Match.EMPTY).findFirst();
    }

    private static Stream<Match> matches(Pattern pattern, @Nullable Value value, Match match) {
        if (value == null) {
            return Stream.empty();
        }
        return switch (pattern) {
            case Any(String name) -> match.bind(name, value).stream();
            case Constant(String name) -> value.constant() == null ? Stream.empty() : match.bind(name, value).stream();
            case Number(String name) -> Scalars.of(value).isEmpty() ? Stream.empty() : match.bind(name, value).stream();
            case Scalar(double number) -> Scalars.equal(value, number) ? Stream.of(match) : Stream.empty();
            case OneOf(List<Pattern> patterns) -> patterns.stream().flatMap(p -> matches(p, value, match));
            case Op op -> matches(op, value, match);
        };
    }

    private static Stream<Match> matches(Op op, Value value, Match match) {
        Node node = value.producer();
        if (node == null
                || !node.is(op.opType)
                || node.inputs().size() < op.inputs.size()
                || !op.condition.test(node)) {
            return Stream.empty();
        }
        Match here = match.with(node);
        Stream<Match> inOrder = inputs(op, node, List.of(0, 1), here);
        return isCommutative(op) ? Stream.concat(inOrder, inputs(op, node, List.of(1, 0), here)) : inOrder;
    }

    private static Stream<Match> inputs(Op op, Node node, List<Integer> order, Match match) {
        Stream<Match> matches = Stream.of(match);
        for (int i = 0; i < op.inputs.size(); i++) {
            Pattern pattern = op.inputs.get(i);
            Value input = node.input(i < order.size() ? order.get(i) : i);
            matches = matches.flatMap(m -> matches(pattern, input, m));
        }
        return matches;
    }

    private static boolean isCommutative(Op op) {
        return op.inputs.size() == 2 && (op.opType.equals("Add") || op.opType.equals("Mul"));
    }
}
