package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Value;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/** One element of a tensor as a function of where it stands, truth being 1 and falsehood 0. See {@link Elements}. */
sealed interface Element {

    /** The same number everywhere. */
    record Number(double value) implements Element {

        static final Number ZERO = new Number(0);

        static final Number ONE = new Number(1);
    }

    /** The position along one axis: 0, 1, 2, … */
    record Coordinate(int axis) implements Element {}

    /** An extent that is named. */
    record Extent(Dim dim) implements Element {}

    /** An element of a value that is not looked into. */
    record Read(Value source, List<Element> index) implements Element {}

    /** What an ONNX operator makes of elements. */
    record Apply(String opType, List<Element> operands) implements Element {}

    /** An operator's result, simplified. */
    static Element apply(String opType, List<Element> operands) {
        return switch (operands.size()) {
            case 1 -> unary(opType, operands.getFirst());
            case 2 -> binary(opType, operands.get(0), operands.get(1));
            default -> ternary(opType, operands);
        };
    }

    /** This with some elements given other values. */
    default Element with(Map<Element, Element> values) {
        Element replaced = values.get(this);
        if (replaced != null) {
            return replaced;
        }
        return switch (this) {
            case Apply(String opType, List<Element> operands) -> apply(opType, with(operands, values));
            case Read(Value source, List<Element> index) -> new Read(source, with(index, values));
            case Number number -> number;
            case Coordinate coordinate -> coordinate;
            case Extent extent -> extent;
        };
    }

    private static List<Element> with(List<Element> elements, Map<Element, Element> values) {
        return elements.stream().map(element -> element.with(values)).toList();
    }

    private static Element unary(String opType, Element x) {
        if (x instanceof Number(double value)) {
            return switch (opType) {
                case "Not" -> truth(value == 0);
                case "Neg" -> new Number(-value);
                case "Truth" -> truth(value != 0);
                default -> new Apply(opType, List.of(x));
            };
        }
        return opType.equals("Truth") && isTruth(x) ? x : new Apply(opType, List.of(x));
    }

    private static Element binary(String opType, Element a, Element b) {
        DoubleBinaryOperator function = function(opType);
        if (a instanceof Number(double left) && b instanceof Number(double right) && function != null) {
            return new Number(function.applyAsDouble(left, right));
        }
        Element same = neutral(opType, a, b);
        return same == null ? new Apply(opType, List.of(a, b)) : same;
    }

    /** What a neutral or deciding operand makes of the other, or null. */
    private static @Nullable Element neutral(String opType, Element a, Element b) {
        return switch (opType) {
            case "Add" -> a.equals(Number.ZERO) ? b : b.equals(Number.ZERO) ? a : null;
            case "Sub" -> b.equals(Number.ZERO) ? a : null;
            case "Mul" -> a.equals(Number.ONE) ? b : b.equals(Number.ONE) ? a : null;
            case "Div" -> b.equals(Number.ONE) ? a : null;
            case "And" ->
                a.equals(Number.ZERO) || b.equals(Number.ZERO)
                        ? Number.ZERO
                        : a.equals(Number.ONE) ? b : b.equals(Number.ONE) ? a : null;
            case "Or" ->
                isTrue(a) || isTrue(b) ? Number.ONE : a.equals(Number.ZERO) ? b : b.equals(Number.ZERO) ? a : null;
            case "GreaterOrEqual" -> isPosition(a) && b instanceof Number(double n) && n <= 0 ? Number.ONE : null;
            case "Equal" -> neverEqual(a, b) || neverEqual(b, a) ? Number.ZERO : null;
            case "Less" -> isPosition(a) && b instanceof Number(double n) && n <= 0 ? Number.ZERO : null;
            default -> null;
        };
    }

    private static Element ternary(String opType, List<Element> operands) {
        if (opType.equals("Where") && operands.getFirst() instanceof Number(double condition)) {
            return operands.get(condition != 0 ? 1 : 2);
        }
        return new Apply(opType, operands);
    }

    private static @Nullable DoubleBinaryOperator function(String opType) {
        return switch (opType) {
            case "Add" -> Double::sum;
            case "Sub" -> (a, b) -> a - b;
            case "Mul" -> (a, b) -> a * b;
            case "Div" -> (a, b) -> a / b;
            case "Max" -> Math::max;
            case "Min" -> Math::min;
            case "And" -> (a, b) -> a != 0 && b != 0 ? 1 : 0;
            case "Or" -> (a, b) -> a != 0 || b != 0 ? 1 : 0;
            case "Equal" -> (a, b) -> a == b ? 1 : 0;
            case "Less" -> (a, b) -> a < b ? 1 : 0;
            case "LessOrEqual" -> (a, b) -> a <= b ? 1 : 0;
            case "Greater" -> (a, b) -> a > b ? 1 : 0;
            case "GreaterOrEqual" -> (a, b) -> a >= b ? 1 : 0;
            default -> null;
        };
    }

    private static Element truth(boolean value) {
        return value ? Number.ONE : Number.ZERO;
    }

    private static boolean isTrue(Element element) {
        return element instanceof Number(double value) && value != 0;
    }

    private static boolean neverEqual(Element extent, Element number) {
        return extent instanceof Extent && number instanceof Number(double value) && value < 0;
    }

    private static boolean isPosition(Element element) {
        return element instanceof Coordinate;
    }

    private static boolean isTruth(Element element) {
        return element instanceof Apply(String opType, List<Element> operands)
                && !operands.isEmpty()
                && switch (opType) {
                    case "Not", "Truth", "And", "Or", "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual" ->
                        true;
                    default -> false;
                };
    }
}
