package io.sinter.onnx.op;

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

/** The operators that ONNX Runtime adds to ONNX, as far as {@link MicrosoftOps} emits them and its optimizers do. */
final class MicrosoftRules {

    private MicrosoftRules() {}

    static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        for (String op : List.of("BiasGelu", "Gelu", "FastGelu", "QuickGelu", "RotaryEmbedding")) {
            rules.put(op, Rule.one(call -> call.type(0)));
        }
        rules.put("SkipLayerNormalization", MicrosoftRules::residual);
        rules.put("SkipSimplifiedLayerNormalization", MicrosoftRules::residual);
        rules.put("EmbedLayerNormalization", MicrosoftRules::embedding);
        rules.put("Attention", Rule.one(MicrosoftRules::attention));
        rules.put("MultiHeadAttention", Rule.one(MicrosoftRules::multiHeadAttention));
        rules.put("FusedMatMul", Rule.one(MicrosoftRules::fusedMatMul));
        rules.put("FusedGemm", Rule.one(LinearRules::gemm));
        return rules;
    }

    /** The norm, two statistics that only training uses, and the sum. */
    private static List<@Nullable TensorType> residual(Call call) {
        return Arrays.asList(call.type(0), null, null, call.type(0));
    }

    private static List<@Nullable TensorType> embedding(Call call) {
        Shape ids = call.shape(0);
        Shape words = call.shape(2);
        if (ids == null || words == null) {
            return Arrays.asList(call.typed(call.dtype(2), null), new TensorType(DType.INT32, null));
        }
        Shape rows = Shape.of(ids.dim(0), ids.dim(1), words.dim(1));
        return Arrays.asList(
                call.typed(call.dtype(2), rows),
                new TensorType(DType.INT32, Shape.of(ids.dim(0))),
                call.typed(call.dtype(2), rows));
    }

    private static @Nullable TensorType attention(Call call) {
        Shape weight = call.shape(1);
        Dim width = Dim.unknown();
        List<Long> sizes = call.integers("qkv_hidden_sizes").orElse(List.of());
        if (sizes.size() == 3) {
            width = Dim.of(sizes.get(2));
        } else if (weight != null && weight.rank() == 2 && weight.dim(1) instanceof Dim.Known(long packed)) {
            width = Dim.of(packed / 3);
        }
        return withLast(call, width);
    }

    private static @Nullable TensorType multiHeadAttention(Call call) {
        Shape values = call.shape(2);
        Shape queries = call.shape(0);
        boolean packed = call.input(1) == null || queries == null || queries.rank() != 3;
        return packed || values == null || values.rank() != 3
                ? call.typed(call.dtype(0), null)
                : withLast(call, values.dim(2));
    }

    private static @Nullable TensorType withLast(Call call, Dim last) {
        Shape shape = call.shape(0);
        if (shape == null || shape.rank() == 0) {
            return call.typed(call.dtype(0), null);
        }
        List<Dim> dims = new ArrayList<>(shape.dims());
        dims.set(dims.size() - 1, last);
        return call.typed(call.dtype(0), new Shape(dims));
    }

    private static @Nullable TensorType fusedMatMul(Call call) {
        boolean stacksTransposed = call.integer("transBatchA", 0) != 0 || call.integer("transBatchB", 0) != 0;
        Shape a = transposed(call.shape(0), call.integer("transA", 0));
        Shape b = transposed(call.shape(1), call.integer("transB", 0));
        return call.typed(call.shared(0, 1), stacksTransposed ? null : LinearRules.product(call, a, b));
    }

    private static @Nullable Shape transposed(@Nullable Shape shape, long flag) {
        if (shape == null || flag == 0 || shape.rank() < 2) {
            return shape;
        }
        List<Dim> dims = new ArrayList<>(shape.dims());
        dims.set(dims.size() - 2, shape.dim(-1));
        dims.set(dims.size() - 1, shape.dim(-2));
        return new Shape(dims);
    }
}
