package io.sinter.onnx.op;

import static io.sinter.onnx.op.ReductionRules.axesAreInput;

import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Emits nodes into a graph, a method per operator of ONNX's own set, and infers element types and shapes at once. An
 * impossible combination is an {@link IllegalArgumentException} from the call that asks for it, which names the
 * operator and its operands with their types; no node has been added to the graph then.
 *
 * <p>Binary operators broadcast as numpy does. What each operator means is in ONNX's documentation under its name.
 */
public final class Ops {

    private final Emitter emitter;

    /**
     * Appends to a graph.
     *
     * @param opset the version of ONNX's own operator set that the graph's model imports, {@value Opsets#EMITTED} to
     *     {@value Opsets#NEWEST}
     */
    public Ops(Graph graph, long opset) {
        this(new Emitter(graph, Opsets.requireEmittable(opset), null, ""));
    }

    private Ops(Emitter emitter) {
        this.emitter = emitter;
    }

    /** Inserts before a node of the graph, each new node after those emitted before it. */
    public static Ops insertingBefore(Graph graph, long opset, Node anchor) {
        return new Ops(new Emitter(graph, Opsets.requireEmittable(opset), anchor, ""));
    }

    /** The same place, where the names of nodes and values start with {@code prefix}. */
    public Ops withPrefix(String prefix) {
        return new Ops(new Emitter(emitter.graph(), emitter.opset(), emitter.anchor(), prefix));
    }

    /** The graph that is written to. */
    public Graph graph() {
        return emitter.graph();
    }

    /** The version of ONNX's own operator set that is emitted. */
    public long opset() {
        return emitter.opset();
    }

    /** Any operator of any domain, with output types that the caller gives; null where unknown. */
    public List<Value> emit(
            String domain,
            String opType,
            List<? extends @Nullable Value> inputs,
            Map<String, Attribute> attributes,
            List<? extends @Nullable TensorType> outputTypes) {
        return outputs(emitter.add(new Node(domain, opType, inputs, new TreeMap<>(attributes)), outputTypes));
    }

    /** An operator of ONNX's own set with one output, whose type is inferred where the rules know the operator. */
    public Value apply(String opType, List<? extends @Nullable Value> inputs, Map<String, Attribute> attributes) {
        return emitter.emit(opType, inputs, attributes, 1).output();
    }

    /** A constant, as an initializer. */
    public Value constant(TensorData data) {
        return constant("constant", data);
    }

    /** A constant, as an initializer of that name, or with a number appended if it is taken. */
    public Value constant(String name, TensorData data) {
        return emitter.constant(name, data);
    }

    /** A constant, as a node: functions have no initializers. */
    public Value constantNode(TensorData data) {
        return apply("Constant", List.of(), Map.of("value", Attribute.of(data)));
    }

    /** a + b. */
    public Value add(Value a, Value b) {
        return binary("Add", a, b);
    }

    /** a − b. */
    public Value sub(Value a, Value b) {
        return binary("Sub", a, b);
    }

    /** a · b, element by element. */
    public Value mul(Value a, Value b) {
        return binary("Mul", a, b);
    }

    /** a / b; integers truncate. */
    public Value div(Value a, Value b) {
        return binary("Div", a, b);
    }

    /** a to the power of b, in the element type of a. */
    public Value pow(Value a, Value b) {
        return binary("Pow", a, b);
    }

    /** The larger, element by element. */
    public Value max(Value a, Value b) {
        return binary("Max", a, b);
    }

    /** The smaller, element by element. */
    public Value min(Value a, Value b) {
        return binary("Min", a, b);
    }

    /** a = b, as BOOL. */
    public Value equal(Value a, Value b) {
        return binary("Equal", a, b);
    }

    /** a &gt; b, as BOOL. */
    public Value greater(Value a, Value b) {
        return binary("Greater", a, b);
    }

    /** a &lt; b, as BOOL. */
    public Value less(Value a, Value b) {
        return binary("Less", a, b);
    }

    /** Both, of BOOL. */
    public Value and(Value a, Value b) {
        return binary("And", a, b);
    }

    /** Not, of BOOL. */
    public Value not(Value x) {
        return unary("Not", x);
    }

    /** √x. */
    public Value sqrt(Value x) {
        return unary("Sqrt", x);
    }

    /** −x. */
    public Value neg(Value x) {
        return unary("Neg", x);
    }

    /** eˣ. */
    public Value exp(Value x) {
        return unary("Exp", x);
    }

    /** Natural logarithm. */
    public Value log(Value x) {
        return unary("Log", x);
    }

    /** Hyperbolic tangent. */
    public Value tanh(Value x) {
        return unary("Tanh", x);
    }

    /** max(x, 0). */
    public Value relu(Value x) {
        return unary("Relu", x);
    }

    /** 1 / (1 + e⁻ˣ). */
    public Value sigmoid(Value x) {
        return unary("Sigmoid", x);
    }

    /** The error function. */
    public Value erf(Value x) {
        return unary("Erf", x);
    }

    /** |x|. */
    public Value abs(Value x) {
        return unary("Abs", x);
    }

    /** x itself under another name. */
    public Value identity(Value x) {
        return unary("Identity", x);
    }

    /** The extents, as an INT64 vector. */
    public Value shape(Value x) {
        return unary("Shape", x);
    }

    /** Matrix product of the last two axes; the axes before broadcast. */
    public Value matMul(Value a, Value b) {
        return binary("MatMul", a, b);
    }

    /** A·B + C of matrices, C broadcast; either factor transposed first where asked. */
    public Value gemm(Value a, Value b, @Nullable Value c, Transposed transposed) {
        Map<String, Attribute> attributes = switch (transposed) {
            case NONE -> Map.of();
            case A -> Map.of("transA", Attribute.of(1));
            case B -> Map.of("transB", Attribute.of(1));
        };
        return apply("Gemm", c == null ? List.of(a, b) : List.of(a, b, c), attributes);
    }

    /**
     * The products of a weight {@code [M, C, k₁, …]} with every window of x {@code [B, C, D₁, …]}, plus a bias
     * {@code [M]} or null; windows are {@code strides} apart and none leaves x: {@code [B, M, ⌊(D₁ − k₁) / s₁⌋ + 1, …]}.
     */
    public Value conv(Value x, Value weight, @Nullable Value bias, long... strides) {
        Map<String, Attribute> attributes =
                Map.of("strides", Attribute.of(Arrays.stream(strides).boxed().toList()));
        return apply("Conv", bias == null ? List.of(x, weight) : List.of(x, weight, bias), attributes);
    }

    /** Which factor of {@link #gemm} is transposed first. */
    public enum Transposed {
        /** Neither. */
        NONE,
        /** The left one. */
        A,
        /** The right one, as in PyTorch's {@code Linear}. */
        B
    }

    /** Slices of {@code data} along an axis, one for each index; negative indices count from the end. */
    public Value gather(Value data, Value indices, long axis) {
        return apply("Gather", List.of(data, indices), axis(axis));
    }

    /** Values joined along an axis. */
    public Value concat(long axis, List<Value> parts) {
        return apply("Concat", parts, axis(axis));
    }

    /** The same elements under other extents: 0 copies an extent, −1 takes what is left. */
    public Value reshape(Value x, long... extents) {
        return reshape(x, constant("shape", TensorData.vector(extents)));
    }

    /** The same elements under extents computed at run time. */
    public Value reshape(Value x, Value extents) {
        return binary("Reshape", x, extents);
    }

    /** Axes in another order: axis i of the result is axis {@code perm[i]} of x. */
    public Value transpose(Value x, int... perm) {
        return apply(
                "Transpose",
                List.of(x),
                Map.of(
                        "perm",
                        Attribute.of(Arrays.stream(perm).mapToObj(p -> (long) p).toList())));
    }

    /** x stretched to extents, as broadcasting does. */
    public Value expand(Value x, Value extents) {
        return binary("Expand", x, extents);
    }

    /** New axes of extent 1, at these places of the result. */
    public Value unsqueeze(Value x, long... axes) {
        return binary("Unsqueeze", x, constant("axes", TensorData.vector(axes)));
    }

    /** Without these axes, of extent 1. */
    public Value squeeze(Value x, long... axes) {
        return binary("Squeeze", x, constant("axes", TensorData.vector(axes)));
    }

    /** Elements {@code [start, end)} in steps along each of some axes. */
    public Value slice(Value x, Value starts, Value ends, Value axes, Value steps) {
        return apply("Slice", List.of(x, starts, ends, axes, steps), Map.of());
    }

    /** Parts of the given sizes along an axis. */
    public List<Value> split(Value x, long axis, long... sizes) {
        Value lengths = constant("split", TensorData.vector(sizes));
        return outputs(emitter.emit("Split", List.of(x, lengths), axis(axis), sizes.length));
    }

    /** eˣ over its sum along an axis. */
    public Value softmax(Value x, long axis) {
        return apply("Softmax", List.of(x), axis(axis));
    }

    /** In another element type. */
    public Value cast(Value x, DType to) {
        return apply("Cast", List.of(x), Map.of("to", Attribute.of(to.onnxCode())));
    }

    /** Mean over axes. */
    public Value reduceMean(Value x, List<Long> axes, KeepDims keep) {
        return reduce("ReduceMean", x, axes, keep);
    }

    /** Sum over axes. */
    public Value reduceSum(Value x, List<Long> axes, KeepDims keep) {
        return reduce("ReduceSum", x, axes, keep);
    }

    /** Largest over axes. */
    public Value reduceMax(Value x, List<Long> axes, KeepDims keep) {
        return reduce("ReduceMax", x, axes, keep);
    }

    /** Euclidean norm over axes. */
    public Value reduceL2(Value x, List<Long> axes, KeepDims keep) {
        return reduce("ReduceL2", x, axes, keep);
    }

    /** Index of the largest along an axis, the first of several, as INT64. */
    public Value argMax(Value x, long axis, KeepDims keep) {
        return apply("ArgMax", List.of(x), Map.of("axis", Attribute.of(axis), "keepdims", keep.attribute()));
    }

    /** a where the condition (BOOL) holds, b elsewhere. */
    public Value where(Value condition, Value a, Value b) {
        return apply("Where", List.of(condition, a, b), Map.of());
    }

    /** x within bounds, either of which may be null. */
    public Value clip(Value x, @Nullable Value low, @Nullable Value high) {
        return apply("Clip", Arrays.asList(x, low, high), Map.of());
    }

    /**
     * (x − mean) / √(variance + epsilon) · scale + bias, over the axes from {@code axis} on; the variance is that of the
     * population.
     */
    public Value layerNormalization(Value x, Value scale, @Nullable Value bias, long axis, float epsilon) {
        return apply(
                "LayerNormalization",
                bias == null ? List.of(x, scale) : List.of(x, scale, bias),
                Map.of("axis", Attribute.of(axis), "epsilon", Attribute.of(epsilon)));
    }

    private Value unary(String opType, Value x) {
        return apply(opType, List.of(x), Map.of());
    }

    private Value binary(String opType, Value a, Value b) {
        return apply(opType, List.of(a, b), Map.of());
    }

    private static Map<String, Attribute> axis(long axis) {
        return Map.of("axis", Attribute.of(axis));
    }

    private Value reduce(String opType, Value x, List<Long> axes, KeepDims keep) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        List<Value> inputs = new ArrayList<>(List.of(x));
        if (axesAreInput(opType, opset())) {
            inputs.add(constant(
                    "axes",
                    TensorData.of(
                            List.of((long) axes.size()),
                            axes.stream().mapToLong(a -> a).toArray())));
        } else {
            attributes.put("axes", Attribute.of(axes));
        }
        attributes.put("keepdims", keep.attribute());
        return apply(opType, inputs, attributes);
    }

    private static List<Value> outputs(Node node) {
        List<Value> outputs = new ArrayList<>();
        for (int i = 0; i < node.outputs().size(); i++) {
            outputs.add(node.output(i));
        }
        return outputs;
    }
}
