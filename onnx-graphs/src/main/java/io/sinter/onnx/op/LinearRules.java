package io.sinter.onnx.op;

import static io.sinter.tensor.DType.FLOAT;
import static io.sinter.tensor.DType.INT32;
import static io.sinter.tensor.DType.UINT8;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Matrix products, the quantised forms of them, and convolutions. */
final class LinearRules {

    private LinearRules() {}

    static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        rules.put(
                "MatMul", Rule.one(call -> call.typed(call.shared(0, 1), product(call, call.shape(0), call.shape(1)))));
        rules.put("Gemm", Rule.one(LinearRules::gemm));
        rules.put("Conv", Rule.one(ConvolutionRule::conv));
        rules.put(
                "MatMulInteger", Rule.one(call -> new TensorType(INT32, product(call, call.shape(0), call.shape(1)))));
        rules.put(
                "QLinearMatMul",
                Rule.one(call -> call.typed(call.dtype(7), product(call, call.shape(0), call.shape(3)))));
        rules.put("QuantizeLinear", Rule.one(LinearRules::quantize));
        rules.put("DequantizeLinear", Rule.one(call -> call.typed(call.dtype(1), call.shape(0))));
        rules.put("DynamicQuantizeLinear", LinearRules::dynamicQuantize);
        return rules;
    }

    /** The shape of a product of stacks of matrices, as numpy's {@code matmul} defines it. */
    static @Nullable Shape product(Call call, @Nullable Shape a, @Nullable Shape b) {
        if (a == null || b == null) {
            return null;
        }
        if (a.rank() == 0 || b.rank() == 0) {
            throw call.error("a scalar is no matrix");
        }
        Dim inner = a.dim(-1);
        Dim innerToo = b.rank() == 1 ? b.dim(0) : b.dim(-2);
        if (inner instanceof Dim.Known && innerToo instanceof Dim.Known && !inner.equals(innerToo)) {
            throw call.error("inner extents %s and %s must be equal".formatted(inner, innerToo));
        }
        Shape stackA = new Shape(a.dims().subList(0, Math.max(0, a.rank() - 2)));
        Shape stackB = new Shape(b.dims().subList(0, Math.max(0, b.rank() - 2)));
        Shape stack = Dims.broadcast(call, stackA, stackB);
        List<Dim> dims = new ArrayList<>(stack == null ? List.of() : stack.dims());
        if (a.rank() > 1) {
            dims.add(a.dim(-2));
        }
        if (b.rank() > 1) {
            dims.add(b.dim(-1));
        }
        return new Shape(dims);
    }

    static @Nullable TensorType gemm(Call call) {
        DType dtype = call.shared(0, 1, 2);
        Shape a = matrix(call, 0, "transA");
        Shape b = matrix(call, 1, "transB");
        if (a == null || b == null) {
            return call.typed(dtype, null);
        }
        Dims.unify(call, a.dim(1), b.dim(0));
        Shape result = new Shape(List.of(a.dim(0), b.dim(1)));
        Shape bias = call.shape(2);
        if (bias != null && (bias.rank() > 2 || stretches(call, result, bias))) {
            throw call.error("C %s does not broadcast to %s".formatted(bias, result));
        }
        return call.typed(dtype, result);
    }

    private static boolean stretches(Call call, Shape result, Shape bias) {
        Shape both = Dims.broadcast(call, result, bias);
        return both != null && both.known().isPresent() && result.known().isPresent() && !both.equals(result);
    }

    private static @Nullable Shape matrix(Call call, int operand, String transposed) {
        Shape shape = call.shape(operand);
        if (shape == null) {
            return null;
        }
        if (shape.rank() != 2) {
            throw call.error("operand %d has rank %d, expected a matrix".formatted(operand, shape.rank()));
        }
        return call.integer(transposed, 0) == 0 ? shape : new Shape(List.of(shape.dim(1), shape.dim(0)));
    }

    private static @Nullable TensorType quantize(Call call) {
        DType dtype = call.dtype(2);
        if (call.input(2) == null) {
            dtype = DType.ofOnnx((int) call.integer("output_dtype", 0)).orElse(UINT8);
        }
        return call.typed(dtype, call.shape(0));
    }

    private static List<@Nullable TensorType> dynamicQuantize(Call call) {
        call.require(0, FLOAT);
        return Arrays.asList(
                new TensorType(UINT8, call.shape(0)),
                new TensorType(FLOAT, Shape.of(List.of())),
                new TensorType(UINT8, Shape.of(List.of())));
    }
}
