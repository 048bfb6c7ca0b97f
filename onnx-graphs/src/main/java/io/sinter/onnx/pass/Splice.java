package io.sinter.onnx.pass;

import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Function;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.ShapeInference;
import io.sinter.tensor.TensorData;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Copies a model's graph into another model: nodes, constants, subgraphs and functions under prefixed names, inputs bound
 * to values that are there. Elements of constants are shared, not copied. What extents are called in the other model means
 * nothing here, so that types with such names are inferred anew. The other model stays as it is; its names,
 * documentation and quantisation annotations of values do not come along.
 */
public final class Splice {

    private final Model target;
    private final Model source;
    private final String prefix;
    private final Map<Value, Value> copies = new HashMap<>();
    private final Map<Operator, String> functions = new HashMap<>();
    private final Map<Value, TensorType> before = new HashMap<>();

    /** A function of the source as nodes name it. */
    private record Operator(String domain, String name) {}

    private Splice(Model target, Model source, String prefix) {
        this.target = target;
        this.source = source;
        this.prefix = prefix;
    }

    /**
     * Copies.
     *
     * @param target of the same opset, which changes
     * @param source whose inputs that are not bound must have defaults, which become constants
     * @param prefix of every name, such as {@code bge/}
     * @param inputs values of the target by the names of the source's inputs
     * @return the source's outputs in the target, in order
     * @throws UnsupportedException if the two import an operator set in different versions
     * @throws IllegalArgumentException if an input without a default is not bound, or a name is taken
     */
    public static List<Value> into(Model target, Model source, String prefix, Map<String, Value> inputs) {
        return new Splice(target, source, prefix).run(inputs);
    }

    private List<Value> run(Map<String, Value> inputs) {
        importOpsets();
        // Names first: functions call each other.
        source.functions()
                .forEach(f -> functions.put(new Operator(f.domain(), f.name()), prefix.replace('/', '_') + f.name()));
        source.functions().forEach(f -> target.addFunction(copy(f)));
        Graph graph = source.graph();
        for (Value input : graph.inputs()) {
            Value bound = inputs.get(input.name());
            if (bound != null) {
                copies.put(input, bound);
            } else if (!input.isInitializer()) {
                throw new IllegalArgumentException("input \"%s\" of %s is not bound".formatted(input.name(), graph));
            }
        }
        copyConstants(graph, target.graph());
        copyNodes(graph, target.graph());
        inferAnew();
        return graph.outputs().stream().map(this::copyOf).toList();
    }

    private void importOpsets() {
        source.opsetImports().forEach((domain, version) -> {
            Long known = target.opsetImports().get(domain);
            if (known != null && !known.equals(version)) {
                throw new UnsupportedException(
                        "%s: operator set \"%s\": version %d, but another part of the graph has version %d; export both alike"
                                .formatted(prefix, domain.isEmpty() ? "ai.onnx" : domain, version, known));
            }
            target.setOpset(domain, version);
        });
        target.setIrVersion(Math.max(target.irVersion(), source.irVersion()));
    }

    private void copyConstants(Graph from, Graph into) {
        for (Value value : from.values()) {
            if (copies.containsKey(value)) {
                continue;
            }
            TensorData data = value.initializer();
            if (data != null) {
                Value copy = into.addInitializer(prefix + value.name(), data);
                copy.setInitializerExtras(value.initializerExtras());
                copies.put(value, copy);
            } else if (value.isSparseInitializer()) {
                TensorType type = Objects.requireNonNull(value.type());
                copies.put(value, into.addSparseInitializer(prefix + value.name(), type, value.sparseInitializer()));
            }
        }
    }

    private void copyNodes(Graph from, Graph into) {
        for (Node node : from.nodes()) {
            Node copy = new Node(
                    node.domain(),
                    operator(node),
                    node.inputs().stream().map(this::copyOrNull).toList(),
                    copies(node, into));
            copy.setName(node.name().isEmpty() ? "" : prefix + node.name());
            copy.setExtras(node.extras());
            node.attributeExtras().forEach(copy::setAttributeExtras);
            into.addNode(
                    copy,
                    node.outputs().stream()
                            .map(v -> v == null ? null : prefix + v.name())
                            .toList());
            for (int i = 0; i < node.outputs().size(); i++) {
                Value output = node.outputs().get(i);
                if (output != null) {
                    copies.put(output, described(output, copy.output(i)));
                }
            }
        }
    }

    private static Value described(Value value, Value copy) {
        copy.setType(value.type() == null ? null : value.type().withoutNames());
        copy.setExtras(value.extras());
        return copy;
    }

    /** What the rules cannot tell keeps what is known of it without names. */
    private void inferAnew() {
        for (Map.Entry<Value, Value> copy : copies.entrySet()) {
            TensorType type = copy.getKey().type();
            Value value = copy.getValue();
            if (value.producer() != null && target.graph().owns(value) && !Objects.equals(type, value.type())) {
                before.put(value, Objects.requireNonNull(value.type()));
                value.setType(null);
            }
        }
        ShapeInference.infer(target);
        before.forEach((value, type) -> {
            TensorType found = value.type();
            if (found == null || found.shape() == null) {
                value.setType(type);
            }
        });
    }

    private String operator(Node node) {
        return functions.getOrDefault(new Operator(node.domain(), node.opType()), node.opType());
    }

    private Map<String, Attribute> copies(Node node, Graph into) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        node.attributes().forEach((name, attribute) -> attributes.put(name, copy(attribute, into)));
        return attributes;
    }

    private Attribute copy(Attribute attribute, Graph into) {
        return switch (attribute) {
            case Attribute.SubGraph(Graph graph) -> new Attribute.SubGraph(copy(graph, into));
            case Attribute.SubGraphs(List<Graph> graphs) ->
                new Attribute.SubGraphs(graphs.stream().map(g -> copy(g, into)).toList());
            case Attribute.Int same -> same;
            case Attribute.Float same -> same;
            case Attribute.Str same -> same;
            case Attribute.Tensor same -> same;
            case Attribute.Ints same -> same;
            case Attribute.Floats same -> same;
            case Attribute.Strs same -> same;
            case Attribute.Tensors same -> same;
            case Attribute.Reference same -> same;
            case Attribute.Other same -> same;
        };
    }

    private Graph copy(Graph graph, @Nullable Graph parent) {
        Graph copy = new Graph(graph.name(), parent);
        copy.setExtras(graph.extras());
        for (Value input : graph.inputs()) {
            copies.put(input, described(input, copy.addInput(prefix + input.name(), input.type())));
        }
        copyConstants(graph, copy);
        copyNodes(graph, copy);
        graph.outputs().forEach(output -> copy.addOutput(copyOf(output)));
        return copy;
    }

    private Function copy(Function function) {
        String name = functions.getOrDefault(new Operator(function.domain(), function.name()), function.name());
        return new Function(
                function.domain(), name, copy(function.body(), null), function.opsetImports(), function.extras());
    }

    private @Nullable Value copyOrNull(@Nullable Value value) {
        return value == null ? null : copyOf(value);
    }

    private Value copyOf(Value value) {
        Value copy = copies.get(value);
        if (copy == null) {
            throw new IllegalArgumentException("\"%s\" is read before it is defined".formatted(value.name()));
        }
        return copy;
    }
}
