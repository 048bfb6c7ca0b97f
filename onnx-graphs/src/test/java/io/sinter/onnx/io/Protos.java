package io.sinter.onnx.io;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.sinter.onnx.io.proto.AttributeProto;
import io.sinter.onnx.io.proto.AttributeProto.AttributeType;
import io.sinter.onnx.io.proto.FunctionProto;
import io.sinter.onnx.io.proto.GraphProto;
import io.sinter.onnx.io.proto.ModelProto;
import io.sinter.onnx.io.proto.NodeProto;
import io.sinter.onnx.io.proto.OperatorSetIdProto;
import io.sinter.onnx.io.proto.StringStringEntryProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.io.proto.TensorProto.DataLocation;
import io.sinter.onnx.io.proto.TypeProto;
import io.sinter.onnx.io.proto.ValueInfoProto;
import io.sinter.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Parts of small models, as the messages that an exporter would write. */
final class Protos {

    private Protos() {}

    static ModelProto.Builder model(GraphProto.Builder graph) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph);
    }

    /** {@code y = x + w}, all float32 [2]. */
    static GraphProto.Builder sum() {
        return GraphProto.newBuilder()
                .setName("sum")
                .addInput(value("x", DType.FLOAT, 2))
                .addInitializer(floats("w", 1.5f, -2f))
                .addNode(node("Add", List.of("x", "w"), List.of("y")))
                .addOutput(value("y", DType.FLOAT, 2));
    }

    /** {@code y = Identity(c)} with the given constant. */
    static ModelProto.Builder constant(TensorProto.Builder tensor) {
        return model(GraphProto.newBuilder()
                .setName("constant")
                .addInitializer(tensor)
                .addNode(node("Identity", List.of(tensor.getName()), List.of("y")))
                .addOutput(ValueInfoProto.newBuilder().setName("y")));
    }

    /** A model with a constant in every place, a subgraph and a function. */
    static ModelProto.Builder everything() {
        GraphProto.Builder branch = GraphProto.newBuilder()
                .setName("branch")
                .addInitializer(floats("bw", 3, 4))
                .addNode(node("Mul", List.of("x", "bw"), List.of("by")))
                .addOutput(value("by", DType.FLOAT, 2));
        GraphProto.Builder graph = sum();
        graph.getInputBuilder(0).setDocString("the input");
        graph.addInput(value("condition", DType.BOOL))
                .addInitializer(longs("shape", 1, 2))
                .addInitializer(TensorProto.newBuilder()
                        .setName("text")
                        .setDataType(DType.STRING.onnxCode())
                        .addDims(1)
                        .addStringData(ByteString.copyFromUtf8("a")))
                .addNode(node("Constant", List.of(), List.of("c"))
                        .addAttribute(attribute("value", AttributeType.TENSOR).setT(floats("", 5, 6))))
                .addNode(node("If", List.of("condition"), List.of("z"))
                        .addAttribute(
                                attribute("then_branch", AttributeType.GRAPH).setG(branch))
                        .addAttribute(
                                attribute("else_branch", AttributeType.GRAPH).setG(branch.setName("other"))))
                .addNode(node("Scale", List.of("z"), List.of("scaled"))
                        .setDomain("org.example")
                        .addAttribute(
                                attribute("by", AttributeType.INTS).addInts(1).addInts(-1)))
                .addValueInfo(value("c", DType.FLOAT, 2))
                .addOutput(value("scaled", DType.FLOAT, 2));
        return model(graph)
                .addMetadataProps(entry("made by", "a test"))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("org.example").setVersion(1))
                .addFunctions(FunctionProto.newBuilder()
                        .setDomain("org.example")
                        .setName("Scale")
                        .addInput("a")
                        .addOutput("b")
                        .addAttribute("by")
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                        .addNode(node("Identity", List.of("a"), List.of("b"))));
    }

    static ValueInfoProto.Builder value(String name, DType dtype, long... dims) {
        ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
        TypeProto.Tensor.Builder tensor = value.getTypeBuilder().getTensorTypeBuilder();
        tensor.setElemType(dtype.onnxCode());
        for (long dim : dims) {
            tensor.getShapeBuilder().addDimBuilder().setDimValue(dim);
        }
        return value;
    }

    static TensorProto.Builder floats(String name, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(DType.FLOAT.onnxCode())
                .addDims(values.length)
                .setRawData(ByteString.copyFrom(bytes));
    }

    static TensorProto.Builder longs(String name, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(DType.INT64.onnxCode())
                .addDims(values.length)
                .setRawData(ByteString.copyFrom(bytes));
    }

    /** A float32 [2] tensor in another file. */
    static TensorProto.Builder external(String name, String... keysAndValues) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(DType.FLOAT.onnxCode())
                .addDims(2)
                .setDataLocation(DataLocation.EXTERNAL);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            tensor.addExternalData(entry(keysAndValues[i], keysAndValues[i + 1]));
        }
        return tensor;
    }

    static NodeProto.Builder node(String opType, List<String> inputs, List<String> outputs) {
        return NodeProto.newBuilder().setOpType(opType).addAllInput(inputs).addAllOutput(outputs);
    }

    static AttributeProto.Builder attribute(String name, AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }

    static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    /** A field that no version of the format has. */
    static UnknownFieldSet unknown(String text) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        15000,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8(text))
                                .addVarint(7)
                                .build())
                .build();
    }
}
