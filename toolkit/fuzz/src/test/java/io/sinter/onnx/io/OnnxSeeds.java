package io.sinter.onnx.io;

import com.google.protobuf.ByteString;
import io.sinter.onnx.io.proto.AttributeProto;
import io.sinter.onnx.io.proto.AttributeProto.AttributeType;
import io.sinter.onnx.io.proto.FunctionProto;
import io.sinter.onnx.io.proto.GraphProto;
import io.sinter.onnx.io.proto.ModelProto;
import io.sinter.onnx.io.proto.NodeProto;
import io.sinter.onnx.io.proto.OperatorSetIdProto;
import io.sinter.onnx.io.proto.SparseTensorProto;
import io.sinter.onnx.io.proto.StringStringEntryProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.io.proto.TensorProto.DataLocation;
import io.sinter.onnx.io.proto.TrainingInfoProto;
import io.sinter.onnx.io.proto.TypeProto;
import io.sinter.onnx.io.proto.ValueInfoProto;
import io.sinter.tensor.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Small models from which the fuzzing of ONNX starts: together they have every part that the reader knows. */
public final class OnnxSeeds {

    private OnnxSeeds() {}

    /** The models by file name. */
    public static Map<String, byte[]> all() {
        Map<String, ModelProto.Builder> models = new LinkedHashMap<>();
        models.put("sum", model(sum()));
        models.put("typed", model(typed()));
        models.put("external", model(external()));
        models.put("subgraph", model(subgraph()));
        models.put("attributes", model(attributes()));
        models.put("sparse", model(sparse()));
        models.put("function", function());
        models.put("training", training());
        models.put("types", model(types()));
        Map<String, byte[]> files = new LinkedHashMap<>();
        models.forEach((name, model) -> files.put(name + ".onnx", model.build().toByteArray()));
        return files;
    }

    private static ModelProto.Builder model(GraphProto.Builder graph) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .addMetadataProps(entry("k", "v"))
                .setGraph(graph);
    }

    private static GraphProto.Builder sum() {
        return GraphProto.newBuilder()
                .setName("g")
                .addInput(value("x", DType.FLOAT, 2))
                .addInitializer(raw("w", DType.FLOAT, 8, 2))
                .addNode(node("Add", List.of("x", "w"), "y"))
                .addOutput(value("y", DType.FLOAT, 2));
    }

    private static GraphProto.Builder typed() {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("g");
        for (DType dtype : DType.values()) {
            TensorProto.Builder tensor =
                    TensorProto.newBuilder().setName("t" + dtype.onnxCode()).setDataType(dtype.onnxCode());
            switch (dtype) {
                case FLOAT -> tensor.addFloatData(1);
                case COMPLEX64 -> tensor.addFloatData(1).addFloatData(2);
                case DOUBLE -> tensor.addDoubleData(1);
                case COMPLEX128 -> tensor.addDoubleData(1).addDoubleData(2);
                case INT64 -> tensor.addInt64Data(1);
                case UINT64, UINT32 -> tensor.addUint64Data(1);
                case STRING -> tensor.addStringData(ByteString.copyFromUtf8("s"));
                default -> tensor.addInt32Data(1);
            }
            graph.addInitializer(tensor);
        }
        return graph;
    }

    private static GraphProto.Builder external() {
        return sum().addInitializer(external("e", "w.data", 0))
                .addInitializer(external("f", "sub/w.data", 8))
                .addNode(node("Neg", List.of("e"), "z"));
    }

    private static GraphProto.Builder subgraph() {
        GraphProto.Builder branch = GraphProto.newBuilder()
                .setName("b")
                .addInitializer(raw("bw", DType.FLOAT, 8, 2))
                .addNode(node("Mul", List.of("x", "bw"), "by"))
                .addOutput(value("by", DType.FLOAT, 2));
        return sum().addInput(value("c", DType.BOOL))
                .addNode(node("If", List.of("c"), "z")
                        .addAttribute(
                                attribute("then_branch", AttributeType.GRAPH).setG(branch))
                        .addAttribute(
                                attribute("else_branch", AttributeType.GRAPHS).addGraphs(branch)));
    }

    private static GraphProto.Builder attributes() {
        return sum().addNode(node("Constant", List.of(), "a")
                .setDomain("d")
                .setName("n")
                .addAttribute(attribute("value", AttributeType.TENSOR).setT(raw("", DType.INT64, 8)))
                .addAttribute(attribute("f", AttributeType.FLOAT).setF(1))
                .addAttribute(attribute("i", AttributeType.INT).setI(-1))
                .addAttribute(attribute("s", AttributeType.STRING).setS(ByteString.copyFromUtf8("s")))
                .addAttribute(attribute("fs", AttributeType.FLOATS).addFloats(1))
                .addAttribute(attribute("is", AttributeType.INTS).addInts(1).addInts(-1))
                .addAttribute(attribute("ss", AttributeType.STRINGS).addStrings(ByteString.copyFromUtf8("s")))
                .addAttribute(attribute("ts", AttributeType.TENSORS).addTensors(external("", "w.data", 0)))
                .addAttribute(attribute("tp", AttributeType.TYPE_PROTO).setTp(type(DType.FLOAT, 1)))
                .addAttribute(attribute("r", AttributeType.INT).setRefAttrName("alpha")));
    }

    private static GraphProto.Builder sparse() {
        SparseTensorProto.Builder tensor = SparseTensorProto.newBuilder()
                .setValues(raw("s", DType.FLOAT, 8, 2))
                .setIndices(raw("", DType.INT64, 16, 2))
                .addDims(4);
        return sum().addSparseInitializer(tensor)
                .addNode(node("Constant", List.of(), "c")
                        .addAttribute(attribute("sparse_value", AttributeType.SPARSE_TENSOR)
                                .setSparseTensor(tensor)));
    }

    private static ModelProto.Builder function() {
        GraphProto.Builder graph = sum().addNode(node("F", List.of("x"), "z").setDomain("d"));
        return model(graph)
                .addFunctions(FunctionProto.newBuilder()
                        .setDomain("d")
                        .setName("F")
                        .addInput("a")
                        .addOutput("b")
                        .addAttribute("alpha")
                        .addAttributeProto(attribute("t", AttributeType.TENSOR).setT(raw("t", DType.FLOAT, 4)))
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                        .addNode(node("Identity", List.of("a"), "b")));
    }

    private static ModelProto.Builder training() {
        return model(sum())
                .addTrainingInfo(TrainingInfoProto.newBuilder()
                        .setAlgorithm(sum().addInitializer(external("e", "w.data", 0)))
                        .addInitializationBinding(entry("w", "y")));
    }

    private static GraphProto.Builder types() {
        GraphProto.Builder graph = sum();
        graph.addInputBuilder()
                .setName("q")
                .getTypeBuilder()
                .getSequenceTypeBuilder()
                .setElemType(type(DType.FLOAT));
        graph.addInputBuilder()
                .setName("o")
                .getTypeBuilder()
                .getOptionalTypeBuilder()
                .setElemType(type(DType.FLOAT));
        graph.addInputBuilder()
                .setName("m")
                .getTypeBuilder()
                .getMapTypeBuilder()
                .setKeyType(DType.INT64.onnxCode())
                .setValueType(type(DType.FLOAT));
        ValueInfoProto.Builder named = graph.addInputBuilder().setName("n");
        named.getTypeBuilder()
                .getTensorTypeBuilder()
                .setElemType(1)
                .getShapeBuilder()
                .addDimBuilder()
                .setDimParam("B");
        return graph.addValueInfo(value("y", DType.FLOAT, 2)).addValueInfo(value("w", DType.FLOAT, 2));
    }

    private static ValueInfoProto.Builder value(String name, DType dtype, long... dims) {
        return ValueInfoProto.newBuilder().setName(name).setType(type(dtype, dims));
    }

    private static TypeProto type(DType dtype, long... dims) {
        TypeProto.Builder type = TypeProto.newBuilder();
        type.getTensorTypeBuilder().setElemType(dtype.onnxCode()).getShapeBuilder();
        for (long dim : dims) {
            type.getTensorTypeBuilder().getShapeBuilder().addDimBuilder().setDimValue(dim);
        }
        return type.build();
    }

    private static TensorProto.Builder raw(String name, DType dtype, int bytes, long... dims) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(dtype.onnxCode())
                .setRawData(ByteString.copyFrom(new byte[bytes]));
        for (long dim : dims) {
            tensor.addDims(dim);
        }
        return tensor;
    }

    private static TensorProto.Builder external(String name, String location, long offset) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(DType.FLOAT.onnxCode())
                .addDims(2)
                .setDataLocation(DataLocation.EXTERNAL)
                .addExternalData(entry("location", location))
                .addExternalData(entry("offset", Long.toString(offset)))
                .addExternalData(entry("length", "8"));
    }

    private static NodeProto.Builder node(String opType, List<String> inputs, String output) {
        return NodeProto.newBuilder().setOpType(opType).addAllInput(inputs).addOutput(output);
    }

    private static AttributeProto.Builder attribute(String name, AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
