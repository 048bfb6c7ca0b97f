package io.sinter.onnx.autodiff;

import static io.sinter.onnx.autodiff.GradientCase.Input.any;
import static io.sinter.onnx.autodiff.GradientCase.Input.positive;

import io.sinter.onnx.autodiff.GradientCase.Input;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Cases of every rule, over odd shapes. */
final class GradientCases {

    private GradientCases() {}

    static List<GradientCase> all() {
        List<GradientCase> all = new ArrayList<>();
        all.addAll(arithmetic());
        all.addAll(functions());
        all.addAll(reductions());
        all.addAll(linear());
        all.addAll(movement());
        all.addAll(indices());
        all.addAll(normalization());
        all.addAll(convolutions());
        return all;
    }

    /** An operator applied to its inputs. */
    private static GradientCase.Body plain(String opType) {
        return with(opType, Map.of());
    }

    private static GradientCase.Body with(String opType, Map<String, Attribute> attributes) {
        return (o, x) -> o.apply(opType, x, attributes);
    }

    private static Value number(Ops ops, Value like, double number) {
        return Extents.number(ops, number, Objects.requireNonNull(like.type()).dtype());
    }

    private static Value vector(Ops ops, long... numbers) {
        return ops.constant(TensorData.vector(numbers));
    }

    private static List<GradientCase> arithmetic() {
        return List.of(
                GradientCase.of("Add of a row", plain("Add"), any(3, 5), any(5)),
                GradientCase.of("Add both ways", plain("Add"), any(3, 1, 5), any(2, 1)),
                GradientCase.of("Add of a scalar", plain("Add"), any(), any(2, 3)),
                GradientCase.of("Add of itself", (o, x) -> o.add(x.getFirst(), x.getFirst()), any(3)),
                GradientCase.of("Sum", plain("Sum"), any(3, 2), any(2), any(3, 1)),
                GradientCase.single("Mean", plain("Mean"), any(3, 2), any(2), any(1)),
                GradientCase.of("Sub", plain("Sub"), any(2, 3, 1), any(3, 4)),
                GradientCase.of("Mul", plain("Mul"), any(7, 1), any(3)),
                GradientCase.of("Mul of itself", (o, x) -> o.mul(x.getFirst(), x.getFirst()), any(4)),
                GradientCase.of("Div", plain("Div"), any(3, 5), positive(1, 5)),
                GradientCase.of("Pow", plain("Pow"), positive(2, 3), any(3)),
                GradientCase.of("Pow of a square", (o, x) -> o.pow(x.getFirst(), number(o, x.getFirst(), 2)), any(5)),
                GradientCase.of("Max", plain("Max"), any(3, 4), any(4), any(1)),
                GradientCase.of("Min", plain("Min"), any(3, 4), any(3, 1)),
                GradientCase.of(
                        "Where",
                        (o, x) -> o.where(o.greater(x.get(0), number(o, x.get(0), 0)), x.get(1), x.get(2)),
                        any(3, 4),
                        any(4),
                        any(3, 1)),
                GradientCase.of(
                        "Clip", plain("Clip"), any(3, 4), new Input(List.of(), -1, 0), new Input(List.of(), 0, 1)),
                GradientCase.of("Clip from below", plain("Clip"), any(11), any()));
    }

    private static List<GradientCase> functions() {
        List<GradientCase> cases = new ArrayList<>();
        for (String op : List.of(
                "Identity", "Neg", "Abs", "Exp", "Sin", "Tanh", "Sigmoid", "Relu", "Round", "Sign", "Floor", "Ceil")) {
            cases.add(GradientCase.of(op, plain(op), any(3, 5)));
        }
        for (String op : List.of("Cos", "Softplus", "Erf", "Elu")) {
            cases.add(GradientCase.single(op, plain(op), any(3, 5)));
        }
        for (String op : List.of("Sqrt", "Log", "Reciprocal")) {
            cases.add(GradientCase.of(op, plain(op), positive(7)));
        }
        // Not near 0, where it bends.
        cases.add(GradientCase.single("LeakyRelu", plain("LeakyRelu"), positive(3)));
        cases.add(GradientCase.single(
                "LeakyRelu below 0",
                (o, x) -> o.apply("LeakyRelu", List.of(o.neg(x.getFirst())), Map.of()),
                positive(3)));
        cases.add(GradientCase.of(
                "Cast", (o, x) -> o.cast(o.exp(o.cast(x.getFirst(), DType.DOUBLE)), DType.DOUBLE), any(4)));
        return cases;
    }

    private static List<GradientCase> reductions() {
        List<GradientCase> cases = new ArrayList<>();
        for (String op : List.of(
                "ReduceSum",
                "ReduceMean",
                "ReduceMax",
                "ReduceMin",
                "ReduceL2",
                "ReduceL1",
                "ReduceSumSquare",
                "ReduceLogSumExp",
                "ReduceLogSum")) {
            cases.add(GradientCase.of(op + " kept", reduction(op, List.of(1L), 1), positive(3, 4, 2)));
            cases.add(GradientCase.of(op + " dropped", reduction(op, List.of(0L, -1L), 0), positive(3, 4, 2)));
            cases.add(GradientCase.of(op + " of all", reduction(op, null, 0), positive(3, 5)));
        }
        cases.add(GradientCase.of("ReduceMean of scalar", reduction("ReduceMean", null, 1), any()));
        return cases;
    }

    private static GradientCase.Body reduction(String op, @Nullable List<Long> axes, long keep) {
        return (o, x) -> {
            boolean asInput = o.opset() >= 18 || op.equals("ReduceSum");
            Map<String, Attribute> kept = Map.of("keepdims", Attribute.of(keep));
            if (axes == null) {
                return o.apply(op, x, kept);
            }
            return asInput
                    ? o.apply(op, List.of(x.getFirst(), Extents.vector(o, axes)), kept)
                    : o.apply(op, x, Map.of("keepdims", Attribute.of(keep), "axes", Attribute.of(axes)));
        };
    }

    private static List<GradientCase> linear() {
        return List.of(
                GradientCase.of("MatMul", plain("MatMul"), any(3, 4), any(4, 2)),
                GradientCase.of("MatMul shared right", plain("MatMul"), any(2, 3, 4), any(4, 5)),
                GradientCase.of("MatMul shared left", plain("MatMul"), any(3, 4), any(2, 4, 5)),
                GradientCase.of("MatMul of stacks", plain("MatMul"), any(2, 1, 3, 4), any(5, 4, 2)),
                GradientCase.of("MatMul vector left", plain("MatMul"), any(4), any(3, 4, 2)),
                GradientCase.of("MatMul vector right", plain("MatMul"), any(3, 2, 4), any(4)),
                GradientCase.of("MatMul of vectors", plain("MatMul"), any(4), any(4)),
                GradientCase.of("Gemm", plain("Gemm"), any(3, 4), any(4, 2), any(2)),
                GradientCase.of("Gemm without C", plain("Gemm"), any(3, 4), any(4, 2)),
                GradientCase.of("Gemm transA", gemm(1, 0), any(4, 3), any(4, 2), any(3, 1)),
                GradientCase.of("Gemm transB", gemm(0, 1), any(3, 4), any(2, 4), any()),
                GradientCase.of("Gemm both", gemm(1, 1), any(4, 3), any(2, 4), any(3, 2)));
    }

    private static GradientCase.Body gemm(long transA, long transB) {
        return with(
                "Gemm",
                Map.of(
                        "transA", Attribute.of(transA),
                        "transB", Attribute.of(transB),
                        "alpha", Attribute.of(0.5f),
                        "beta", Attribute.of(3f)));
    }

    private static List<GradientCase> movement() {
        return List.of(
                GradientCase.of("Reshape", (o, x) -> o.reshape(x.getFirst(), 2, -1), any(3, 4)),
                GradientCase.of("Flatten", with("Flatten", Map.of("axis", Attribute.of(2))), any(2, 1, 3)),
                GradientCase.of("Squeeze", (o, x) -> o.squeeze(x.getFirst(), 1), any(3, 1, 2)),
                GradientCase.of("Unsqueeze", (o, x) -> o.unsqueeze(x.getFirst(), 0, -1), any(3)),
                GradientCase.of("Transpose", (o, x) -> o.transpose(x.getFirst(), 2, 0, 1), any(2, 3, 4)),
                GradientCase.of("Transpose reversed", plain("Transpose"), any(2, 3, 4)),
                GradientCase.of("Expand", (o, x) -> o.expand(x.getFirst(), vector(o, 2, 3, 4)), any(3, 1)),
                GradientCase.of("Concat", (o, x) -> o.concat(1, x), any(2, 1), any(2, 3), any(2, 2)),
                GradientCase.of("Concat, last axis", (o, x) -> o.concat(-1, x), any(2, 2), any(2, 3)),
                GradientCase.of("Split", GradientCases::split, any(7, 2)),
                GradientCase.of(
                        "Split, part unused",
                        (o, x) -> o.split(x.getFirst(), 0, 2, 1, 4).get(2),
                        any(7, 2)),
                GradientCase.of(
                        "Pad",
                        (o, x) -> o.apply("Pad", List.of(x.getFirst(), vector(o, 1, 0, 0, 2)), Map.of()),
                        any(2, 3)),
                GradientCase.of(
                        "CumSum",
                        (o, x) -> o.apply("CumSum", List.of(x.getFirst(), vector(o, 1)), Map.of()),
                        any(2, 4)),
                GradientCase.of(
                        "CumSum, exclusive",
                        (o, x) -> o.apply(
                                "CumSum",
                                List.of(x.getFirst(), vector(o, 0)),
                                Map.of("exclusive", Attribute.of(1), "reverse", Attribute.of(1))),
                        any(4, 2)));
    }

    private static Value split(Ops ops, List<Value> x) {
        List<Value> parts = ops.split(x.getFirst(), 0, 3, 1, 3);
        return ops.mul(ops.mul(parts.get(0), parts.get(1)), parts.get(2));
    }

    private static List<GradientCase> indices() {
        return List.of(
                GradientCase.of("Gather, repeated rows", gather(0, new long[] {2, 2, 0, 2, -1, 2}, 3L, 2L), any(5, 3)),
                GradientCase.of("Gather of matrices", gather(0, new long[] {2, 2, 1}, 3L), any(3, 2, 2)),
                GradientCase.of("Gather from a vector", gather(0, new long[] {3, 3, 1, 0}, 2L, 2L), any(4)),
                GradientCase.of("Gather of one row", gather(0, new long[] {1}), any(3, 2)),
                GradientCase.of("Gather, inner axis", gather(1, new long[] {0, 3, 3}, 3L), any(2, 4, 2)),
                GradientCase.of("Gather of a token", gather(1, new long[] {0}), any(2, 3, 2)),
                GradientCase.of("GatherElements", GradientCases::gatherElements, any(3, 4)),
                GradientCase.of("GatherND", GradientCases::gatherNd, any(3, 4, 2)),
                GradientCase.of(
                        "Slice",
                        (o, x) -> o.slice(x.getFirst(), vector(o, 1), vector(o, 3), vector(o, 1), vector(o, 1)),
                        any(2, 4, 3)),
                GradientCase.of(
                        "Slice from the end",
                        (o, x) ->
                                o.apply("Slice", List.of(x.getFirst(), vector(o, -3, 1), vector(o, -1, 99)), Map.of()),
                        any(4, 3)),
                GradientCase.of(
                        "Slice of nothing",
                        (o, x) -> o.slice(x.getFirst(), vector(o, 9), vector(o, 12), vector(o, -1), vector(o, 1)),
                        any(2, 3)),
                GradientCase.of(
                        "Slice, backwards",
                        (o, x) -> o.slice(
                                x.getFirst(), vector(o, 6, 0), vector(o, 0, 2), vector(o, 0, -1), vector(o, -2, 1)),
                        any(7, 3)));
    }

    private static GradientCase.Body gather(long axis, long[] indices, Long... shape) {
        return (o, x) -> o.gather(x.getFirst(), o.constant(TensorData.of(Arrays.asList(shape), indices)), axis);
    }

    private static Value gatherElements(Ops ops, List<Value> x) {
        Value indices = ops.constant(TensorData.of(List.of(2L, 3L), 0, 3, 3, 1, -1, 3));
        return ops.apply("GatherElements", List.of(x.getFirst(), indices), Map.of("axis", Attribute.of(1)));
    }

    private static Value gatherNd(Ops ops, List<Value> x) {
        Value indices = ops.constant(TensorData.of(List.of(3L, 1L), 0, 3, 3));
        return ops.apply("GatherND", List.of(x.getFirst(), indices), Map.of("batch_dims", Attribute.of(1)));
    }

    private static List<GradientCase> normalization() {
        return List.of(
                GradientCase.of("Softmax", (o, x) -> o.softmax(x.getFirst(), -1), any(3, 5)),
                GradientCase.of("Softmax, inner axis", (o, x) -> o.softmax(x.getFirst(), 1), any(2, 3, 2)),
                GradientCase.of("LogSoftmax", plain("LogSoftmax"), any(3, 5)),
                GradientCase.of("LayerNormalization", plain("LayerNormalization"), any(3, 5), any(5), any(5)),
                GradientCase.of(
                        "LayerNormalization of two axes",
                        with("LayerNormalization", Map.of("axis", Attribute.of(1), "epsilon", Attribute.of(0.1f))),
                        any(3, 2, 4),
                        any(2, 4)));
    }

    private static List<GradientCase> convolutions() {
        return List.of(
                GradientCase.single("Conv, patches", conv(2, 0, 1), any(2, 3, 4, 6), any(2, 3, 2, 2), any(2)),
                GradientCase.single("Conv, odd rest", conv(2, 1, 1), any(1, 2, 5, 6), any(3, 2, 3, 2)),
                GradientCase.single("Conv, dilated", conv(1, 1, 2), any(2, 2, 5, 5), any(1, 2, 2, 3), any(1)));
    }

    private static GradientCase.Body conv(long stride, long pad, long dilation) {
        return with(
                "Conv",
                Map.of(
                        "strides", Attribute.of(List.of(stride, stride)),
                        "pads", Attribute.of(List.of(pad, pad, pad, pad)),
                        "dilations", Attribute.of(List.of(dilation, dilation))));
    }
}
