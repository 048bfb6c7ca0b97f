package io.sinter.onnx.io;

import io.sinter.error.MalformedException;
import io.sinter.onnx.io.AttributeDecoder.Decoded;
import io.sinter.onnx.io.proto.AttributeProto;
import io.sinter.onnx.io.proto.FunctionProto;
import io.sinter.onnx.io.proto.GraphProto;
import io.sinter.onnx.io.proto.NodeProto;
import io.sinter.onnx.io.proto.SparseTensorProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.io.proto.ValueInfoProto;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Graphs of the IR from {@code GraphProto}s and the bodies of {@code FunctionProto}s. */
final class GraphDecoder {

    private final TensorDecoder tensors;
    private final String where;

    /** Graphs of one file. */
    GraphDecoder(TensorDecoder tensors, String where) {
        this.tensors = tensors;
        this.where = where;
    }

    /**
     * Reads a graph.
     *
     * @param parent the graph around it, or null
     * @throws MalformedException if a name is defined twice, read but defined nowhere, or nodes form a circle
     */
    Graph graph(GraphProto proto, @Nullable Graph parent) {
        Graph graph = new Graph(proto.getName(), parent);
        for (ValueInfoProto input : proto.getInputList()) {
            requireFree(graph, input.getName(), "an input");
            ValueInfos.read(input, graph.addInput(input.getName(), null));
        }
        proto.getInitializerList().forEach(tensor -> initializer(graph, tensor));
        proto.getSparseInitializerList().forEach(tensor -> sparseInitializer(graph, tensor));
        nodes(graph, proto.getNodeList());
        for (ValueInfoProto output : proto.getOutputList()) {
            Value value = graph.value(output.getName());
            if (value == null) {
                throw malformed(graph, "output \"" + output.getName() + "\" is computed by no node");
            }
            if (graph.owns(value) && isUntyped(value)) {
                ValueInfos.read(output, value);
            }
            graph.addOutput(value);
        }
        List<ValueInfoProto> leftOver = valueInfos(graph, proto.getValueInfoList());
        graph.setExtras(Extras.of(proto.toBuilder()
                .clearName()
                .clearInput()
                .clearOutput()
                .clearInitializer()
                .clearSparseInitializer()
                .clearNode()
                .clearValueInfo()
                .addAllValueInfo(leftOver)
                .build()));
        return graph;
    }

    /** Reads the body of a function, whose inputs and outputs have no types. */
    Graph body(FunctionProto proto) {
        Graph body = new Graph(proto.getName());
        for (String input : proto.getInputList()) {
            requireFree(body, input, "an input");
            body.addInput(input, null);
        }
        nodes(body, proto.getNodeList());
        for (String output : proto.getOutputList()) {
            Value value = body.value(output);
            if (value == null) {
                throw malformed(body, "output \"" + output + "\" is computed by no node");
            }
            body.addOutput(value);
        }
        List<ValueInfoProto> leftOver = valueInfos(body, proto.getValueInfoList());
        body.setExtras(
                Extras.of(FunctionProto.newBuilder().addAllValueInfo(leftOver).build()));
        return body;
    }

    private void initializer(Graph graph, TensorProto proto) {
        String name = proto.getName();
        requireFreeOrInput(graph, name);
        TensorData data = tensors.tensor(proto);
        graph.addInitializer(name, data)
                .setInitializerExtras(
                        TensorDecoder.extras(proto.toBuilder().clearName().build()));
    }

    private void sparseInitializer(Graph graph, SparseTensorProto proto) {
        String name = proto.getValues().getName();
        requireFreeOrInput(graph, name);
        SparseTensorProto.Builder whole = proto.toBuilder();
        tensors.carry(whole);
        TensorType type = DType.ofOnnx(proto.getValues().getDataType())
                .filter(dtype -> proto.getDimsList().stream().allMatch(d -> d >= 0))
                .map(dtype -> new TensorType(dtype, Shape.of(proto.getDimsList())))
                .orElseThrow(() -> malformed(
                        graph, "sparse initializer \"" + name + "\" has an unknown type or a negative extent"));
        graph.addSparseInitializer(name, type, Extras.of(whole.build()));
    }

    private void nodes(Graph graph, List<NodeProto> protos) {
        for (NodeProto proto : NodeOrder.sorted(protos, describe(graph))) {
            node(graph, proto);
        }
    }

    private void node(Graph graph, NodeProto proto) {
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        Map<String, Decoded> decoded = attributes(graph, proto);
        decoded.forEach((name, attribute) -> attributes.put(name, attribute.attribute()));
        List<@Nullable Value> inputs = inputs(graph, proto);
        requireNewOutputs(graph, proto);
        Node node = new Node(proto.getDomain(), proto.getOpType(), inputs, attributes);
        node.setName(proto.getName());
        decoded.forEach((name, attribute) -> {
            if (!attribute.extras().isEmpty()) {
                node.setAttributeExtras(name, attribute.extras());
            }
        });
        node.setExtras(Extras.of(proto.toBuilder()
                .clearInput()
                .clearOutput()
                .clearName()
                .clearOpType()
                .clearDomain()
                .clearAttribute()
                .build()));
        graph.addNode(node, proto.getOutputList());
    }

    private List<@Nullable Value> inputs(Graph graph, NodeProto proto) {
        List<@Nullable Value> inputs = new ArrayList<>();
        for (String input : proto.getInputList()) {
            Value value = input.isEmpty() ? null : graph.value(input);
            if (value == null && !input.isEmpty()) {
                throw malformed(graph, "%s reads \"%s\", which nothing defines".formatted(describe(proto), input));
            }
            inputs.add(value);
        }
        return inputs;
    }

    private void requireNewOutputs(Graph graph, NodeProto proto) {
        Set<String> own = new HashSet<>();
        for (String output : proto.getOutputList()) {
            if (output.isEmpty()) {
                continue;
            }
            requireFree(graph, output, describe(proto));
            if (!own.add(output)) {
                throw malformed(graph, "%s has the output \"%s\" twice".formatted(describe(proto), output));
            }
        }
    }

    private Map<String, Decoded> attributes(Graph graph, NodeProto proto) {
        String label = where + ": " + describe(proto);
        AttributeDecoder decoder = new AttributeDecoder(tensors, subgraph -> graph(subgraph, graph), label);
        Map<String, Decoded> attributes = new LinkedHashMap<>();
        for (AttributeProto attribute : proto.getAttributeList()) {
            if (attribute.getName().isEmpty()) {
                throw new MalformedException(label + ": an attribute has no name");
            }
            if (attributes.put(attribute.getName(), decoder.read(attribute)) != null) {
                throw new MalformedException(
                        "%s: attribute \"%s\" is there twice".formatted(label, attribute.getName()));
            }
        }
        return attributes;
    }

    /** Gives values their types; those that name nothing, or contradict what is known, are returned. */
    private static List<ValueInfoProto> valueInfos(Graph graph, List<ValueInfoProto> protos) {
        List<ValueInfoProto> leftOver = new ArrayList<>();
        for (ValueInfoProto proto : protos) {
            Value value = graph.value(proto.getName());
            if (value == null || !graph.owns(value)) {
                leftOver.add(proto);
            } else if (value.isInitializer() && !graph.inputs().contains(value)) {
                // The name among the extras says that the file has this message for a constant, which needs none.
                TensorType type = value.type();
                ValueInfos.read(proto, value);
                value.setType(type);
                value.setExtras(Extras.of(Extras.into(ValueInfoProto.newBuilder(), value.extras())
                        .setName(proto.getName())
                        .build()));
            } else if (isUntyped(value)) {
                ValueInfos.read(proto, value);
            } else if (!ValueInfos.write(value).equals(proto)) {
                leftOver.add(proto);
            }
        }
        return leftOver;
    }

    private static boolean isUntyped(Value value) {
        return value.type() == null && value.extras().isEmpty();
    }

    private void requireFreeOrInput(Graph graph, String name) {
        Value value = graph.value(name);
        if (value == null || !graph.inputs().contains(value) || value.isInitializer()) {
            requireFree(graph, name, "an initializer");
        }
    }

    private void requireFree(Graph graph, String name, String definer) {
        if (name.isEmpty()) {
            throw malformed(graph, definer + " has no name");
        }
        Value value = graph.value(name);
        if (value != null) {
            throw malformed(
                    graph, "\"%s\" is defined twice: by %s and by %s".formatted(name, definition(value), definer));
        }
    }

    private static String definition(Value value) {
        Node producer = value.producer();
        if (producer != null) {
            return producer.toString();
        }
        return value.isInitializer() || value.isSparseInitializer() ? "an initializer" : "an input";
    }

    private static String describe(NodeProto proto) {
        String op = proto.getDomain().isEmpty() ? proto.getOpType() : proto.getDomain() + "." + proto.getOpType();
        if (!proto.getName().isEmpty()) {
            return op + " \"" + proto.getName() + "\"";
        }
        return proto.getOutputCount() == 0 ? op : op + " -> \"" + proto.getOutput(0) + "\"";
    }

    private String describe(Graph graph) {
        return graph.name().isEmpty() ? where : where + ": graph \"" + graph.name() + "\"";
    }

    private MalformedException malformed(Graph graph, String problem) {
        return new MalformedException(describe(graph) + ": " + problem);
    }
}
