package io.sinter.onnx.pass;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.ShapeInference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Operators whose result at a row depends on the same row of their operands only. A row is a vector along the last axis; rows
 * are counted over all axes before it.
 */
final class RowWise {

    /** Element by element; an operand of one axis or none serves every row. */
    private static final Set<String> POINTWISE = Set.of(
            "Abs",
            "Add",
            "And",
            "Cast",
            "Clip",
            "Cos",
            "Div",
            "Dropout",
            "Elu",
            "Equal",
            "Erf",
            "Exp",
            "Gelu",
            "Greater",
            "Identity",
            "LeakyRelu",
            "Less",
            "Log",
            "Max",
            "Mean",
            "Min",
            "Mul",
            "Neg",
            "Not",
            "Or",
            "Pow",
            "Reciprocal",
            "Relu",
            "Sigmoid",
            "Sin",
            "Softplus",
            "Sqrt",
            "Sub",
            "Sum",
            "Tanh",
            "Where");

    /** Along an axis, which must be the last. */
    static final Set<String> ALONG = Set.of("LayerNormalization", "LogSoftmax", "Softmax");

    /** Over axes, which must be the last one, kept at extent 1. */
    static final Set<String> REDUCTIONS = Set.of("ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum");

    /** The same rows under other extents. */
    static final Set<String> LAYOUT = Set.of("Flatten", "Reshape", "Squeeze", "Unsqueeze");

    private static final Set<String> PRODUCTS = Set.of("Gemm", "MatMul");

    private RowWise() {}

    /** The operands that have the rows of a node's result; none where its rows mix, or the types do not tell. */
    static List<Integer> operands(Node node) {
        if (!node.domain().isEmpty() || node.outputs().size() != 1 || rank(node.output()) < 2) {
            return List.of();
        }
        String op = node.opType();
        if (POINTWISE.contains(op)) {
            return pointwise(node);
        }
        boolean keepsRows = (ALONG.contains(op) && isLast(node, node.intAttribute("axis", -1)))
                || (REDUCTIONS.contains(op) && reducesLast(node))
                || (LAYOUT.contains(op) && keepsWidth(node))
                || (PRODUCTS.contains(op) && isProductOfRows(node));
        return keepsRows ? List.of(0) : List.of();
    }

    private static List<Integer> pointwise(Node node) {
        List<Integer> withRows = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            Value operand = node.input(i);
            if (operand != null && rank(operand) != 0 && rank(operand) != 1) {
                withRows.add(i);
            }
        }
        Shape result = Objects.requireNonNull(shape(node.output()));
        boolean alike = withRows.size() == 1
                ? rank(node.input(withRows.getFirst())) == result.rank()
                : withRows.stream().allMatch(i -> hasRowsOf(result, shape(node.input(i))));
        return alike ? withRows : List.of();
    }

    private static boolean hasRowsOf(Shape result, @Nullable Shape operand) {
        if (operand == null || operand.rank() != result.rank()) {
            return false;
        }
        for (int axis = 0; axis < result.rank() - 1; axis++) {
            if (!isEqual(operand.dim(axis), result.dim(axis))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLast(Node node, long axis) {
        return rank(node.input(0)) >= 2 && (axis == -1 || axis == rank(node.input(0)) - 1);
    }

    private static boolean reducesLast(Node node) {
        Optional<List<Long>> axes = Optional.ofNullable(node.input(1))
                .flatMap(ShapeInference::knownIntegers)
                .or(() -> node.intsAttribute("axes"));
        return node.intAttribute("keepdims", 1) == 1
                && axes.filter(a -> a.size() == 1 && isLast(node, a.getFirst())).isPresent();
    }

    private static boolean keepsWidth(Node node) {
        Shape before = shape(node.input(0));
        Shape after = Objects.requireNonNull(shape(node.output()));
        return before != null
                && before.rank() >= 2
                && before.dim(-1) instanceof Dim.Known(long width)
                && width > 0
                && before.dim(-1).equals(after.dim(-1));
    }

    private static boolean isProductOfRows(Node node) {
        boolean sharesRest = node.is("MatMul")
                ? rank(node.input(1)) == 2
                : node.intAttribute("transA", 0) == 0 && (node.input(2) == null || isVector(node.input(2)));
        return rank(node.input(0)) >= 2 && sharesRest;
    }

    private static boolean isVector(@Nullable Value value) {
        return rank(value) == 0 || rank(value) == 1;
    }

    private static boolean isEqual(Dim a, Dim b) {
        return a.equals(b) && !(a instanceof Dim.Unknown);
    }

    /** The number of axes, or -1 where it is not known. */
    static int rank(@Nullable Value value) {
        Shape shape = shape(value);
        return shape == null ? -1 : shape.rank();
    }

    private static @Nullable Shape shape(@Nullable Value value) {
        return value == null || value.type() == null ? null : value.type().shape();
    }
}
