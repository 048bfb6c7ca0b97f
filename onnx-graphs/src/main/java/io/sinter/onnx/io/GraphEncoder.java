package io.sinter.onnx.io;

import io.sinter.onnx.io.proto.FunctionProto;
import io.sinter.onnx.io.proto.GraphProto;
import io.sinter.onnx.io.proto.NodeProto;
import io.sinter.onnx.io.proto.SparseTensorProto;
import io.sinter.onnx.io.proto.ValueInfoProto;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Opaque;
import io.sinter.onnx.ir.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code GraphProto}s and the bodies of {@code FunctionProto}s from graphs of the IR. */
final class GraphEncoder {

    private final TensorEncoder tensors;
    private final AttributeEncoder attributes;

    /** Graphs of one file. */
    GraphEncoder(TensorEncoder tensors) {
        this.tensors = tensors;
        this.attributes = new AttributeEncoder(tensors, this::graph);
    }

    /** The message of a graph. */
    GraphProto graph(Graph graph) {
        GraphProto.Builder proto = Extras.into(GraphProto.newBuilder(), graph.extras());
        if (!graph.name().isEmpty()) {
            proto.setName(graph.name());
        }
        graph.nodes().forEach(node -> proto.addNode(node(node)));
        graph.inputs().forEach(value -> proto.addInput(ValueInfos.write(value)));
        graph.outputs().forEach(value -> proto.addOutput(ValueInfos.write(value)));
        for (Value value : graph.values()) {
            if (value.isInitializer()) {
                proto.addInitializer(tensors.initializer(value));
            } else if (value.isSparseInitializer()) {
                SparseTensorProto.Builder sparse =
                        Extras.into(SparseTensorProto.newBuilder(), value.sparseInitializer());
                sparse.getValuesBuilder().setName(value.name());
                proto.addSparseInitializer(sparse);
            }
        }
        return proto.addAllValueInfo(valueInfos(graph)).build();
    }

    /** Puts the body of a function into its message. */
    void body(Graph body, FunctionProto.Builder proto) {
        Extras.into(proto, body.extras());
        body.inputs().forEach(value -> proto.addInput(value.name()));
        body.outputs().forEach(value -> proto.addOutput(value.name()));
        body.nodes().forEach(node -> proto.addNode(node(node)));
        proto.addAllValueInfo(body.values().stream()
                .filter(GraphEncoder::isDescribed)
                .map(ValueInfos::write)
                .toList());
    }

    private NodeProto node(Node node) {
        NodeProto.Builder proto =
                Extras.into(NodeProto.newBuilder(), node.extras()).setOpType(node.opType());
        if (!node.name().isEmpty()) {
            proto.setName(node.name());
        }
        if (!node.domain().isEmpty()) {
            proto.setDomain(node.domain());
        }
        node.inputs().forEach(value -> proto.addInput(value == null ? "" : value.name()));
        node.outputs().forEach(value -> proto.addOutput(value == null ? "" : value.name()));
        node.attributes()
                .forEach((name, attribute) -> proto.addAttribute(
                        attributes.write(name, attribute, node.attributeExtras().getOrDefault(name, Opaque.EMPTY))));
        return proto.build();
    }

    /** What is known of the values between; constants have a message only if the file had one. */
    private static List<ValueInfoProto> valueInfos(Graph graph) {
        Set<Value> declared = new HashSet<>(graph.inputs());
        declared.addAll(graph.outputs());
        return graph.values().stream()
                .filter(value -> !declared.contains(value) && isDescribed(value))
                .map(ValueInfos::write)
                .toList();
    }

    private static boolean isDescribed(Value value) {
        boolean constant = value.isInitializer() || value.isSparseInitializer();
        return !value.extras().isEmpty() || (!constant && value.type() != null);
    }
}
