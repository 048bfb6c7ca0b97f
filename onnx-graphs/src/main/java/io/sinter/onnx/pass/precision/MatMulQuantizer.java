package io.sinter.onnx.pass.precision;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.MicrosoftOps;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the products of one graph that can be computed in 8 bits, and rewrites them. */
final class MatMulQuantizer {

    /** Below this, rounding the activation takes longer than is saved. */
    static final int SMALLEST = 1024;

    private static final String PREFIX = "int8/";

    private final Graph graph;
    private final long opset;
    private final Map<Value, Activation> activations = new HashMap<>();
    private final Map<Key, Weight> weights = new HashMap<>();

    MatMulQuantizer(Graph graph, long opset) {
        this.graph = graph;
        this.opset = opset;
    }

    /** What can be done with a node. */
    sealed interface Plan permits Nothing, Refused, Product {}

    /** It multiplies by no constant. */
    record Nothing() implements Plan {}

    /** It does, but cannot in 8 bits. */
    record Refused(String reason) implements Plan {}

    /** It can be rewritten. */
    record Product(Node node, Value weight, TensorData floats, Int8Matrix.Layout layout) implements Plan {
        long columns() {
            return floats.dim(
                    switch (layout) {
                        case AS_IT_IS -> 1;
                        case TRANSPOSED -> 0;
                    });
        }
    }

    private record Key(Value weight, Int8Matrix.Layout layout, float factor) {}

    /** A constant factor: INT8 {@code [K, N]}, FLOAT {@code [N]}. */
    private record Weight(Value codes, Value scales) {}

    /** A rounded activation: UINT8 like it, its scale and its zero point. */
    private record Activation(Value codes, Value scale, Value zero) {}

    Plan plan(Node node) {
        if (node.is("MatMul")) {
            return product(node);
        } else if (node.is("Gemm")) {
            boolean transposed = node.intAttribute("transB", 0) != 0;
            return node.intAttribute("transA", 0) != 0 && isWeight(node.input(1))
                    ? new Refused("its left factor is transposed")
                    : weight(
                            node,
                            node.input(1),
                            transposed ? Int8Matrix.Layout.TRANSPOSED : Int8Matrix.Layout.AS_IT_IS);
        } else if (node.domain().equals(MicrosoftOps.DOMAIN) && node.opType().equals("Attention")) {
            return attention(node);
        }
        return new Nothing();
    }

    /** A right factor that is a constant, or the transpose of one. */
    private static Plan product(Node node) {
        Value right = node.input(1);
        Node producer = right == null ? null : right.producer();
        if (producer != null
                && producer.is("Transpose")
                && isWeight(producer.input(0))
                && producer.intsAttribute("perm").orElse(List.of(1L, 0L)).equals(List.of(1L, 0L))) {
            return weight(node, producer.input(0), Int8Matrix.Layout.TRANSPOSED);
        }
        return weight(node, right, Int8Matrix.Layout.AS_IT_IS);
    }

    private static Plan attention(Node node) {
        if (node.input(4) != null || node.input(5) != null || node.outputs().size() > 1) {
            return new Refused("QAttention takes no attention bias and no past");
        }
        if (node.attribute("qkv_hidden_sizes") != null || node.attribute("scale") != null) {
            return new Refused("QAttention takes no qkv_hidden_sizes and no scale");
        }
        return weight(node, node.input(1), Int8Matrix.Layout.AS_IT_IS);
    }

    private static boolean isWeight(@Nullable Value value) {
        TensorData data = value == null ? null : value.constant();
        return data != null && data.dtype() == DType.FLOAT && data.rank() == 2;
    }

    private static Plan weight(Node node, @Nullable Value weight, Int8Matrix.Layout layout) {
        TensorData data = weight == null ? null : weight.constant();
        if (weight == null || data == null || !isWeight(weight) || data.elementCount() < SMALLEST) {
            return new Nothing();
        }
        return Rows.range(data).isFinite()
                ? new Product(node, weight, data, layout)
                : new Refused("\"%s\" has elements that are not finite".formatted(weight.name()));
    }

    void quantize(Product product) {
        Node node = product.node();
        if (node.is("Gemm")) {
            gemm(product);
        } else if (node.is("MatMul")) {
            graph.replaceNode(node, named(node, new Node("", "Mul", factors(product, 1), Map.of())));
        } else {
            qAttention(product);
        }
    }

    /** The sums as float32, and what they are to be multiplied by. */
    private List<Value> factors(Product product, float factor) {
        Activation x = activation(product.node());
        Weight w = weight(product, factor);
        Ops ops = opsBefore(product.node());
        Value sums = ops.apply("MatMulInteger", List.of(x.codes(), w.codes(), x.zero()), Map.of());
        return List.of(ops.cast(sums, DType.FLOAT), ops.mul(x.scale(), w.scales()));
    }

    /** alpha · A · B + beta · C, where alpha goes into the scales. */
    private void gemm(Product product) {
        Node node = product.node();
        List<Value> factors = factors(product, node.floatAttribute("alpha", 1));
        Value bias = node.input(2);
        if (bias == null) {
            graph.replaceNode(node, named(node, new Node("", "Mul", factors, Map.of())));
            return;
        }
        Ops ops = opsBefore(node);
        float beta = node.floatAttribute("beta", 1);
        Value added = beta == 1 ? bias : ops.mul(bias, ops.constant("beta", TensorData.scalar(beta)));
        Value scaled = ops.mul(factors.getFirst(), factors.getLast());
        graph.replaceNode(node, named(node, new Node("", "Add", List.of(scaled, added), Map.of())));
    }

    private void qAttention(Product product) {
        Node node = product.node();
        Ops ops = opsBefore(node);
        Activation x = activation(node);
        Weight w = weight(product, 1);
        Value bias = node.input(2);
        if (bias == null) {
            bias = ops.constant("bias", TensorData.allocate(DType.FLOAT, List.of(product.columns())));
        }
        Node quantized = new Node(
                MicrosoftOps.DOMAIN,
                "QAttention",
                Arrays.asList(x.codes(), w.codes(), bias, x.scale(), w.scales(), node.input(3), x.zero()),
                node.attributes());
        graph.replaceNode(node, named(node, quantized));
    }

    private Activation activation(Node node) {
        Value x = operand(node, 0);
        return activations.computeIfAbsent(x, value -> {
            TensorType type = value.type();
            Shape shape = type == null ? null : type.shape();
            Ops ops = after(value);
            List<Value> rounded = ops.emit(
                    "",
                    "DynamicQuantizeLinear",
                    List.of(value),
                    Map.of(),
                    List.of(
                            new TensorType(DType.UINT8, shape),
                            new TensorType(DType.FLOAT, Shape.of(List.of())),
                            new TensorType(DType.UINT8, Shape.of(List.of()))));
            return new Activation(rounded.get(0), rounded.get(1), rounded.get(2));
        });
    }

    private Weight weight(Product product, float factor) {
        return weights.computeIfAbsent(new Key(product.weight(), product.layout(), factor), key -> {
            Int8Matrix matrix = Int8Matrix.of(product.floats(), key.layout());
            for (long n = 0; n < matrix.scales().elementCount() && factor != 1; n++) {
                float scale = matrix.scales().data().getAtIndex(TensorData.F32, n);
                matrix.scales().data().setAtIndex(TensorData.F32, n, scale * factor);
            }
            String name = key.weight().name();
            return new Weight(
                    graph.addInitializer(graph.uniqueName(name + "_int8"), matrix.codes()),
                    graph.addInitializer(graph.uniqueName(name + "_scale"), matrix.scales()));
        });
    }

    private Ops opsBefore(Node node) {
        return Ops.insertingBefore(graph, opset, node).withPrefix(PREFIX);
    }

    private Ops after(Value value) {
        Node producer = value.producer();
        int next = producer == null ? 0 : graph.indexOf(producer) + 1;
        return opsBefore(graph.nodes().get(next));
    }

    private static Value operand(Node node, int index) {
        Value value = node.input(index);
        if (value == null) {
            throw new IllegalArgumentException("%s lacks operand %d".formatted(node, index));
        }
        return value;
    }

    private static Node named(Node old, Node replacement) {
        replacement.setName(old.name());
        return replacement;
    }
}
