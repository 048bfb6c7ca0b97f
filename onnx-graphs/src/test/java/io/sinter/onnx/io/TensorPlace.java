package io.sinter.onnx.io;

import static io.sinter.onnx.io.Protos.attribute;
import static io.sinter.onnx.io.Protos.floats;
import static io.sinter.onnx.io.Protos.longs;
import static io.sinter.onnx.io.Protos.sum;

import io.sinter.onnx.io.proto.AttributeProto.AttributeType;
import io.sinter.onnx.io.proto.FunctionProto;
import io.sinter.onnx.io.proto.GraphProto;
import io.sinter.onnx.io.proto.ModelProto;
import io.sinter.onnx.io.proto.NodeProto;
import io.sinter.onnx.io.proto.SparseTensorProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.io.proto.TrainingInfoProto;
import java.util.List;

/** Where in a model a tensor can be. */
enum TensorPlace {
    INITIALIZER,
    SPARSE_INITIALIZER_VALUES,
    SPARSE_INITIALIZER_INDICES,
    CONSTANT_VALUE,
    CONSTANT_SPARSE_VALUE_VALUES,
    CONSTANT_SPARSE_VALUE_INDICES,
    TENSORS_ATTRIBUTE,
    SPARSE_TENSORS_ATTRIBUTE,
    IF_BRANCH,
    LOOP_BODY,
    SCAN_BODY,
    IF_IN_IF,
    FUNCTION,
    SUBGRAPH_OF_FUNCTION,
    DEFAULT_OF_FUNCTION,
    TRAINING_GRAPH;

    /** A model with the tensor there. */
    ModelProto.Builder model(TensorProto.Builder tensor) {
        GraphProto.Builder inner = GraphProto.newBuilder().setName("inner").addInitializer(tensor);
        GraphProto.Builder graph = sum().clearInitializer().clearNode().clearOutput();
        return switch (this) {
            case INITIALIZER -> Protos.model(graph.addInitializer(tensor));
            case SPARSE_INITIALIZER_VALUES -> Protos.model(graph.addSparseInitializer(values(tensor)));
            case SPARSE_INITIALIZER_INDICES -> Protos.model(graph.addSparseInitializer(indices(tensor)));
            case FUNCTION -> function(graph, constant(tensor));
            case SUBGRAPH_OF_FUNCTION -> function(graph, body("If", "then_branch", inner));
            case DEFAULT_OF_FUNCTION ->
                Protos.model(graph)
                        .addFunctions(FunctionProto.newBuilder()
                                .setName("f")
                                .addAttributeProto(
                                        attribute("value", AttributeType.TENSOR).setT(tensor)));
            case TRAINING_GRAPH ->
                Protos.model(graph)
                        .addTrainingInfo(TrainingInfoProto.newBuilder().setAlgorithm(inner));
            case CONSTANT_VALUE,
                    CONSTANT_SPARSE_VALUE_VALUES,
                    CONSTANT_SPARSE_VALUE_INDICES,
                    TENSORS_ATTRIBUTE,
                    SPARSE_TENSORS_ATTRIBUTE,
                    IF_BRANCH,
                    LOOP_BODY,
                    SCAN_BODY,
                    IF_IN_IF -> Protos.model(graph.addNode(node(tensor, inner)));
        };
    }

    private NodeProto.Builder node(TensorProto.Builder tensor, GraphProto.Builder inner) {
        return switch (this) {
            case CONSTANT_VALUE -> constant(tensor);
            case CONSTANT_SPARSE_VALUE_VALUES ->
                Protos.node("Constant", List.of(), List.of("c"))
                        .addAttribute(attribute("sparse_value", AttributeType.SPARSE_TENSOR)
                                .setSparseTensor(values(tensor)));
            case CONSTANT_SPARSE_VALUE_INDICES ->
                Protos.node("Constant", List.of(), List.of("c"))
                        .addAttribute(attribute("sparse_value", AttributeType.SPARSE_TENSOR)
                                .setSparseTensor(indices(tensor)));
            case TENSORS_ATTRIBUTE ->
                Protos.node("Any", List.of(), List.of("c"))
                        .addAttribute(attribute("all", AttributeType.TENSORS).addTensors(tensor));
            case SPARSE_TENSORS_ATTRIBUTE ->
                Protos.node("Any", List.of(), List.of("c"))
                        .addAttribute(
                                attribute("all", AttributeType.SPARSE_TENSORS).addSparseTensors(values(tensor)));
            case LOOP_BODY -> body("Loop", "body", inner);
            case SCAN_BODY -> body("Scan", "body", inner);
            case IF_IN_IF ->
                body(
                        "If",
                        "then_branch",
                        GraphProto.newBuilder().setName("outer").addNode(body("If", "then_branch", inner)));
            default -> body("If", "else_branch", inner);
        };
    }

    private static ModelProto.Builder function(GraphProto.Builder graph, NodeProto.Builder node) {
        return Protos.model(graph)
                .addFunctions(FunctionProto.newBuilder().setName("f").addNode(node));
    }

    private static NodeProto.Builder constant(TensorProto.Builder tensor) {
        return Protos.node("Constant", List.of(), List.of("c"))
                .addAttribute(attribute("value", AttributeType.TENSOR).setT(tensor));
    }

    private static NodeProto.Builder body(String opType, String attribute, GraphProto.Builder body) {
        return Protos.node(opType, List.of(), List.of("n" + body.getName()))
                .addAttribute(attribute(attribute, AttributeType.GRAPH).setG(body));
    }

    private static SparseTensorProto.Builder values(TensorProto.Builder tensor) {
        return SparseTensorProto.newBuilder()
                .setValues(tensor)
                .setIndices(longs("", 0, 1))
                .addDims(4);
    }

    private static SparseTensorProto.Builder indices(TensorProto.Builder tensor) {
        return SparseTensorProto.newBuilder()
                .setValues(floats("values", 1, 2))
                .setIndices(tensor)
                .addDims(4);
    }
}
