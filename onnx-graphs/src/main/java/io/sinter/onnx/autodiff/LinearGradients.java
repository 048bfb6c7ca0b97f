package io.sinter.onnx.autodiff;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Matrix products. */
final class LinearGradients {

    private LinearGradients() {}

    static Map<String, GradientRule> rules() {
        Map<String, GradientRule> rules = new HashMap<>();
        rules.put("MatMul", GradientRule.of(LinearGradients::left, LinearGradients::right));
        rules.put(
                "Gemm",
                GradientRule.of(
                        LinearGradients::gemmLeft,
                        LinearGradients::gemmRight,
                        (o, n) -> Extents.sumTo(o, scaled(o, n, n.dy(), "beta"), n.x(2))));
        return rules;
    }

    /** dy · bᵀ, summed over stacks that were broadcast. */
    private static Value left(Ops ops, Adjoint at) {
        Value b = isVector(at, 1) ? ops.unsqueeze(at.x(1), 1) : at.x(1);
        return Extents.sumTo(ops, ops.matMul(dy(ops, at), transposed(ops, at, b)), at.x(0));
    }

    /** aᵀ · dy, summed over stacks that were broadcast. */
    private static Value right(Ops ops, Adjoint at) {
        if (at.shape(at.x(0)).rank() > 2 && at.shape(at.x(1)).rank() == 2) {
            return ops.gemm(rows(ops, at.x(0)), rows(ops, at.dy()), null, Ops.Transposed.A);
        }
        Value a = isVector(at, 0) ? ops.unsqueeze(at.x(0), 0) : at.x(0);
        Value product = ops.matMul(transposed(ops, at, a), dy(ops, at));
        return Extents.sumTo(ops, isVector(at, 1) ? ops.squeeze(product, -1) : product, at.x(1));
    }

    /** One matrix, shared by a whole stack, has the sum over the stack as its gradient, which is one product of matrices. */
    private static Value rows(Ops ops, Value stack) {
        return ops.apply("Flatten", List.of(stack), Map.of("axis", Attribute.of(-1)));
    }

    /** The gradient of the result as a stack of matrices, where a factor was a vector too. */
    private static Value dy(Ops ops, Adjoint at) {
        Value row = isVector(at, 1) ? ops.unsqueeze(at.dy(), -1) : at.dy();
        return isVector(at, 0) ? ops.unsqueeze(row, -2) : row;
    }

    private static boolean isVector(Adjoint at, int input) {
        return at.shape(at.x(input)).rank() == 1;
    }

    private static Value transposed(Ops ops, Adjoint at, Value stack) {
        int rank = at.shape(stack).rank();
        int[] perm = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            perm[axis] = axis < rank - 2 ? axis : 2 * rank - 3 - axis;
        }
        return ops.transpose(stack, perm);
    }

    /** Y = A′B′: dA′ = dY · B′ᵀ, transposed again where A was. */
    private static Value gemmLeft(Ops ops, Adjoint at) {
        long a = at.node().intAttribute("transA", 0);
        long b = at.node().intAttribute("transB", 0);
        Value dy = scaled(ops, at, at.dy(), "alpha");
        return a == 1 ? product(ops, at.x(1), dy, b, 1) : product(ops, dy, at.x(1), 0, 1 - b);
    }

    /** Y = A′B′: dB′ = A′ᵀ · dY, transposed again where B was. */
    private static Value gemmRight(Ops ops, Adjoint at) {
        long a = at.node().intAttribute("transA", 0);
        long b = at.node().intAttribute("transB", 0);
        Value dy = scaled(ops, at, at.dy(), "alpha");
        return b == 1 ? product(ops, dy, at.x(0), 1, a) : product(ops, at.x(0), dy, 1 - a, 0);
    }

    private static Value product(Ops ops, Value a, Value b, long transA, long transB) {
        return ops.apply("Gemm", List.of(a, b), Map.of("transA", Attribute.of(transA), "transB", Attribute.of(transB)));
    }

    private static Value scaled(Ops ops, Adjoint at, Value x, String attribute) {
        float factor = at.node().floatAttribute(attribute, 1);
        return factor == 1 ? x : ops.mul(x, at.number(ops, factor));
    }
}
