package io.sinter.onnx.pass;

import io.sinter.onnx.ir.Node;
import io.sinter.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntPredicate;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic and logic on small constants. In float32, +, −, ·, / and √ are exact roundings of the double result, so they
 * equal the runtime's to the last bit; functions that are not (exp, pow, tanh) are left to the runtime.
 */
final class ElementwiseFolds {

    private ElementwiseFolds() {}

    static Map<String, Fold> folds() {
        Map<String, Fold> folds = new HashMap<>();
        folds.put("Add", arithmetic(Long::sum, Double::sum));
        folds.put("Sub", arithmetic((a, b) -> a - b, (a, b) -> a - b));
        folds.put("Mul", arithmetic((a, b) -> a * b, (a, b) -> a * b));
        folds.put("Div", ElementwiseFolds::divide);
        folds.put("Min", arithmetic(Math::min, Math::min));
        folds.put("Max", arithmetic(Math::max, Math::max));
        folds.put("Neg", unary(a -> -a, a -> -a));
        folds.put("Abs", unary(Math::abs, Math::abs));
        folds.put("Sqrt", unary(null, Math::sqrt));
        folds.put("Floor", unary(null, Math::floor));
        folds.put("Ceil", unary(null, Math::ceil));
        folds.put("Equal", comparison(c -> c == 0));
        folds.put("Greater", comparison(c -> c > 0));
        folds.put("Less", comparison(c -> c < 0));
        folds.put("GreaterOrEqual", comparison(c -> c >= 0));
        folds.put("LessOrEqual", comparison(c -> c <= 0));
        folds.put("Not", (node, inputs) -> logical(inputs, a -> 1 - a));
        folds.put("And", (node, inputs) -> logical(inputs, (a, b) -> a & b));
        folds.put("Or", (node, inputs) -> logical(inputs, (a, b) -> a | b));
        folds.put("Xor", (node, inputs) -> logical(inputs, (a, b) -> a ^ b));
        folds.put("Where", (node, inputs) -> where(inputs));
        folds.put("Cast", ElementwiseFolds::cast);
        return folds;
    }

    /** Operands stretched to one shape, or null if that is impossible or too large. */
    private static @Nullable List<SmallTensor> broadcast(List<@Nullable SmallTensor> inputs) {
        List<Long> shape = List.of();
        for (SmallTensor input : inputs) {
            List<Long> next = input == null ? null : Strides.broadcast(shape, input.shape());
            if (next == null) {
                return null;
            }
            shape = next;
        }
        List<SmallTensor> stretched = new ArrayList<>();
        for (SmallTensor input : inputs) {
            SmallTensor wide = input == null ? null : Strides.expand(input, shape);
            if (wide == null) {
                return null;
            }
            stretched.add(wide);
        }
        return stretched;
    }

    private static Fold arithmetic(LongBinaryOperator whole, DoubleBinaryOperator real) {
        return (node, inputs) -> combine(inputs, whole, real);
    }

    private static @Nullable SmallTensor combine(
            List<@Nullable SmallTensor> inputs, LongBinaryOperator whole, DoubleBinaryOperator real) {
        List<SmallTensor> operands = broadcast(inputs);
        if (operands == null || operands.size() != 2) {
            return null;
        }
        SmallTensor a = operands.get(0);
        SmallTensor b = operands.get(1);
        if (a.dtype() != b.dtype() || a.dtype() == DType.BOOL) {
            return null;
        }
        int size = a.elements().length;
        if (a.dtype().isFloat()) {
            double[] results = new double[size];
            for (int i = 0; i < size; i++) {
                results[i] = real.applyAsDouble(a.real(i), b.real(i));
            }
            return SmallTensor.ofReals(a.dtype(), a.shape(), results);
        }
        long[] results = new long[size];
        for (int i = 0; i < size; i++) {
            results[i] = wrap(a.dtype(), whole.applyAsLong(a.elements()[i], b.elements()[i]));
        }
        return new SmallTensor(a.dtype(), a.shape(), results);
    }

    private static long wrap(DType dtype, long value) {
        return dtype == DType.INT32 ? (int) value : value;
    }

    private static @Nullable SmallTensor divide(Node node, List<@Nullable SmallTensor> inputs) {
        SmallTensor divisor = Fold.operand(inputs, 1);
        if (divisor == null || (!divisor.dtype().isFloat() && hasZero(divisor))) {
            return null;
        }
        return combine(inputs, (a, b) -> a / b, (a, b) -> a / b);
    }

    private static boolean hasZero(SmallTensor tensor) {
        for (long element : tensor.elements()) {
            if (element == 0) {
                return true;
            }
        }
        return false;
    }

    private static Fold unary(@Nullable LongUnaryOperator whole, DoubleUnaryOperator real) {
        return (node, inputs) -> {
            SmallTensor x = Fold.operand(inputs, 0);
            if (x == null || x.dtype() == DType.BOOL || (!x.dtype().isFloat() && whole == null)) {
                return null;
            }
            int size = x.elements().length;
            if (x.dtype().isFloat()) {
                double[] results = new double[size];
                for (int i = 0; i < size; i++) {
                    results[i] = real.applyAsDouble(x.real(i));
                }
                return SmallTensor.ofReals(x.dtype(), x.shape(), results);
            }
            long[] results = new long[size];
            for (int i = 0; i < size && whole != null; i++) {
                results[i] = wrap(x.dtype(), whole.applyAsLong(x.elements()[i]));
            }
            return new SmallTensor(x.dtype(), x.shape(), results);
        };
    }

    private static Fold comparison(IntPredicate holds) {
        return (node, inputs) -> {
            List<SmallTensor> operands = broadcast(inputs);
            if (operands == null || operands.size() != 2) {
                return null;
            }
            SmallTensor a = operands.get(0);
            SmallTensor b = operands.get(1);
            if (a.dtype() != b.dtype()) {
                return null;
            }
            long[] results = new long[a.elements().length];
            for (int i = 0; i < results.length; i++) {
                if (a.dtype().isFloat() && (Double.isNaN(a.real(i)) || Double.isNaN(b.real(i)))) {
                    return null;
                }
                // -0.0 equals 0.0, unlike in Double.compare.
                int order = a.dtype().isFloat()
                        ? Double.compare(a.real(i) + 0.0, b.real(i) + 0.0)
                        : Long.compare(a.elements()[i], b.elements()[i]);
                results[i] = holds.test(order) ? 1 : 0;
            }
            return new SmallTensor(DType.BOOL, a.shape(), results);
        };
    }

    private static @Nullable SmallTensor logical(List<@Nullable SmallTensor> inputs, LongUnaryOperator operator) {
        SmallTensor x = Fold.operand(inputs, 0);
        if (x == null || x.dtype() != DType.BOOL) {
            return null;
        }
        long[] results = x.elements().clone();
        for (int i = 0; i < results.length; i++) {
            results[i] = operator.applyAsLong(results[i]);
        }
        return new SmallTensor(DType.BOOL, x.shape(), results);
    }

    private static @Nullable SmallTensor logical(List<@Nullable SmallTensor> inputs, LongBinaryOperator operator) {
        List<SmallTensor> operands = broadcast(inputs);
        if (operands == null || operands.size() != 2 || operands.stream().anyMatch(x -> x.dtype() != DType.BOOL)) {
            return null;
        }
        long[] results = operands.get(0).elements().clone();
        for (int i = 0; i < results.length; i++) {
            results[i] = operator.applyAsLong(results[i], operands.get(1).elements()[i]);
        }
        return new SmallTensor(DType.BOOL, operands.get(0).shape(), results);
    }

    private static @Nullable SmallTensor where(List<@Nullable SmallTensor> inputs) {
        List<SmallTensor> operands = broadcast(inputs);
        if (operands == null || operands.size() != 3) {
            return null;
        }
        SmallTensor condition = operands.get(0);
        SmallTensor a = operands.get(1);
        SmallTensor b = operands.get(2);
        if (condition.dtype() != DType.BOOL || a.dtype() != b.dtype()) {
            return null;
        }
        long[] results = new long[a.elements().length];
        for (int i = 0; i < results.length; i++) {
            results[i] = condition.elements()[i] != 0 ? a.elements()[i] : b.elements()[i];
        }
        return new SmallTensor(a.dtype(), a.shape(), results);
    }

    private static @Nullable SmallTensor cast(Node node, List<@Nullable SmallTensor> inputs) {
        SmallTensor x = Fold.operand(inputs, 0);
        DType to = DType.ofOnnx((int) node.intAttribute("to", 0)).orElse(null);
        if (x == null || to == null || !SmallTensor.holds(to)) {
            return null;
        }
        int size = x.elements().length;
        if (to.isFloat()) {
            double[] reals = new double[size];
            for (int i = 0; i < size; i++) {
                reals[i] = to == DType.FLOAT && !x.dtype().isFloat() ? (float) x.elements()[i] : x.real(i);
            }
            return SmallTensor.ofReals(to, x.shape(), reals);
        }
        long[] results = new long[size];
        for (int i = 0; i < size; i++) {
            if (to == DType.BOOL) {
                results[i] = x.real(i) != 0 ? 1 : 0;
            } else if (!x.dtype().isFloat()) {
                results[i] = wrap(to, x.elements()[i]);
            } else if (Math.abs(x.real(i)) < 0x1p31) {
                results[i] = (long) x.real(i);
            } else {
                return null; // out of range: what comes out depends on the machine
            }
        }
        return new SmallTensor(to, x.shape(), results);
    }
}
