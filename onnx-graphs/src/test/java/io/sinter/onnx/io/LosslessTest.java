package io.sinter.onnx.io;

import static io.sinter.onnx.io.Protos.attribute;
import static io.sinter.onnx.io.Protos.entry;
import static io.sinter.onnx.io.Protos.floats;
import static io.sinter.onnx.io.Protos.longs;
import static io.sinter.onnx.io.Protos.model;
import static io.sinter.onnx.io.Protos.node;
import static io.sinter.onnx.io.Protos.sum;
import static io.sinter.onnx.io.Protos.unknown;
import static io.sinter.onnx.io.Protos.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.sinter.onnx.io.proto.AttributeProto.AttributeType;
import io.sinter.onnx.io.proto.DeviceConfigurationProto;
import io.sinter.onnx.io.proto.FunctionProto;
import io.sinter.onnx.io.proto.GraphProto;
import io.sinter.onnx.io.proto.ModelProto;
import io.sinter.onnx.io.proto.NodeDeviceConfigurationProto;
import io.sinter.onnx.io.proto.NodeProto;
import io.sinter.onnx.io.proto.OperatorSetIdProto;
import io.sinter.onnx.io.proto.SparseTensorProto;
import io.sinter.onnx.io.proto.TensorAnnotation;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.io.proto.TensorShapeProto.Dimension;
import io.sinter.onnx.io.proto.TrainingInfoProto;
import io.sinter.onnx.io.proto.TypeProto;
import io.sinter.onnx.io.proto.ValueInfoProto;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Everything that a file can say is there after reading and writing. */
class LosslessTest {

    @Test
    void model_withMetadataAndUnknownFields_keepsThem() throws IOException {
        GraphProto.Builder graph = sum().setDocString("what it is")
                .addMetadataProps(entry("graph", "meta"))
                .setUnknownFields(unknown("graph"));
        graph.getNodeBuilder(0)
                .setName("add")
                .setDocString("adds")
                .addMetadataProps(entry("node", "meta"))
                .addDeviceConfigurations(NodeDeviceConfigurationProto.newBuilder()
                        .setConfigurationId("two")
                        .setPipelineStage(1))
                .setUnknownFields(unknown("node"));
        graph.getInitializerBuilder(0)
                .setDocString("weights")
                .addMetadataProps(entry("tensor", "meta"))
                .setUnknownFields(unknown("tensor"));
        graph.getInputBuilder(0)
                .setDocString("input")
                .addMetadataProps(entry("value", "meta"))
                .setUnknownFields(unknown("value"));
        assertKept(model(graph)
                .setProducerName("a test")
                .setProducerVersion("1")
                .setDomain("io.sinter")
                .setModelVersion(3)
                .setDocString("doc")
                .addMetadataProps(entry("b", "1"))
                .addMetadataProps(entry("a", "2"))
                .addMetadataProps(entry("b", "twice"))
                .addMetadataProps(entry("c", "3").toBuilder().setUnknownFields(unknown("entry")))
                .addOpsetImport(OperatorSetIdProto.newBuilder()
                        .setDomain("com.microsoft")
                        .setVersion(1)
                        .setUnknownFields(unknown("opset")))
                .addConfiguration(DeviceConfigurationProto.newBuilder()
                        .setName("two")
                        .setNumDevices(2)
                        .addDevice("a")
                        .addDevice("b"))
                .setUnknownFields(unknown("model")));
    }

    @Test
    void attributes_ofEveryType_areKept() throws IOException {
        NodeProto.Builder node = node("Anything", List.of("x", "", "w"), List.of("y", "", "z"))
                .setDomain("org.example")
                .setOverload("second")
                .addAttribute(attribute("f", AttributeType.FLOAT).setF(-0.0f).setDocString("minus zero"))
                .addAttribute(attribute("i", AttributeType.INT).setI(Long.MIN_VALUE))
                .addAttribute(
                        attribute("s", AttributeType.STRING).setS(ByteString.copyFrom(new byte[] {(byte) 0xff, 0, 1})))
                .addAttribute(attribute("t", AttributeType.TENSOR).setT(longs("inner", 1, 2)))
                .addAttribute(
                        attribute("floats", AttributeType.FLOATS).addFloats(1).addFloats(Float.NaN))
                .addAttribute(attribute("ints", AttributeType.INTS).addInts(-1).addInts(2))
                .addAttribute(attribute("strings", AttributeType.STRINGS).addStrings(ByteString.copyFromUtf8("ä")))
                .addAttribute(attribute("tensors", AttributeType.TENSORS)
                        .addTensors(longs("a", 1))
                        .addTensors(floats("", 2)))
                .addAttribute(attribute("graphs", AttributeType.GRAPHS)
                        .addGraphs(branch("g1"))
                        .addGraphs(branch("g2")))
                .addAttribute(attribute("sparse", AttributeType.SPARSE_TENSOR).setSparseTensor(sparse("")))
                .addAttribute(attribute("type", AttributeType.TYPE_PROTO).setTp(sequence()))
                .addAttribute(attribute("empty", AttributeType.INTS))
                .addAttribute(attribute("unknown", AttributeType.INT).setI(1).setUnknownFields(unknown("attribute")));
        assertKept(model(GraphProto.newBuilder()
                .addInput(value("x", DType.FLOAT, 2))
                .addInitializer(floats("w", 1))
                .addNode(node)
                .addOutput(ValueInfoProto.newBuilder().setName("z"))));
    }

    @Test
    void attribute_withoutType_getsTheOneOfItsField() throws IOException {
        ModelProto.Builder old = model(sum());
        old.getGraphBuilder()
                .getNodeBuilder(0)
                .addAttributeBuilder()
                .setName("axis")
                .setI(1);

        Model read = OnnxReader.read(old.build().toByteArray());

        assertThat(read.graph().nodes().getFirst().attribute("axis")).isEqualTo(new Attribute.Int(1));
    }

    @Test
    void types_ofEveryKind_areKept() throws IOException {
        ValueInfoProto.Builder denoted = value("denoted", DType.FLOAT, 1, 3);
        denoted.getTypeBuilder().setDenotation("IMAGE");
        denoted.getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(1)
                .setDenotation("CHANNEL");
        TypeProto.Builder map = TypeProto.newBuilder();
        map.getMapTypeBuilder().setKeyType(DType.STRING.onnxCode()).setValueType(sequence());
        TypeProto.Builder optional = TypeProto.newBuilder();
        optional.getOptionalTypeBuilder().setElemType(sequence());
        TypeProto.Builder sparse = TypeProto.newBuilder();
        sparse.getSparseTensorTypeBuilder()
                .setElemType(1)
                .getShapeBuilder()
                .addDimBuilder()
                .setDimValue(5);
        TypeProto.Builder future = TypeProto.newBuilder();
        future.getTensorTypeBuilder()
                .setElemType(99)
                .getShapeBuilder()
                .addDimBuilder()
                .setDimValue(5);
        ValueInfoProto.Builder odd = value("odd", DType.INT8, -1);
        odd.getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .addDim(Dimension.newBuilder().setDimParam(""))
                .addDim(Dimension.newBuilder().setDimParam("batch"))
                .addDim(Dimension.newBuilder());
        ValueInfoProto.Builder unranked = value("unranked", DType.INT8);
        assertKept(model(sum().addInput(
                        ValueInfoProto.newBuilder().setName("sequence").setType(sequence()))
                .addInput(ValueInfoProto.newBuilder().setName("map").setType(map))
                .addInput(ValueInfoProto.newBuilder().setName("optional").setType(optional))
                .addInput(ValueInfoProto.newBuilder().setName("sparse").setType(sparse))
                .addInput(ValueInfoProto.newBuilder().setName("future").setType(future))
                .addInput(denoted)
                .addInput(odd)
                .addInput(unranked)
                .addInput(value("scalar", DType.BOOL).setType(scalar()))
                .addValueInfo(value("w", DType.FLOAT, 2).setDocString("of a constant"))
                .addValueInfo(value("nothing", DType.FLOAT, 2))));
    }

    @Test
    void subgraph_readsValuesAround_asTheSameObjects() throws IOException {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .setName("main")
                .addInput(value("condition", DType.BOOL, 1))
                .addInput(value("x", DType.FLOAT, 2))
                .addNode(node("If", List.of("condition"), List.of("y"))
                        .addAttribute(
                                attribute("then_branch", AttributeType.GRAPH).setG(branch("then")))
                        .addAttribute(
                                attribute("else_branch", AttributeType.GRAPH).setG(branch("else"))))
                .addOutput(value("y", DType.FLOAT, 2));

        Model read = assertKept(model(graph));

        Graph main = read.graph();
        Node choice = main.nodes().getFirst();
        Node inner = choice.subgraphs().getFirst().nodes().getFirst();
        assertThat(inner.input(0)).isSameAs(main.value("x"));
        assertThat(Objects.requireNonNull(main.value("x")).uses())
                .contains(new Use(inner, 0))
                .hasSize(2);
    }

    @Test
    void function_withOverloadAndDefaults_isKept() throws IOException {
        FunctionProto.Builder function = FunctionProto.newBuilder()
                .setDomain("org.example")
                .setName("Scale")
                .setOverload("float")
                .addInput("a")
                .addOutput("b")
                .addAttribute("factor")
                .addAttributeProto(attribute("table", AttributeType.TENSOR).setT(floats("default", 1, 2)))
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .addNode(node("Constant", List.of(), List.of("c"))
                        .addAttribute(attribute("value", AttributeType.TENSOR).setRefAttrName("factor")))
                .addNode(node("Mul", List.of("a", "c"), List.of("b")))
                .addValueInfo(value("c", DType.FLOAT, 1))
                .addValueInfo(value("nothing", DType.FLOAT, 1))
                .addMetadataProps(entry("function", "meta"))
                .setDocString("scales")
                .setUnknownFields(unknown("function"));
        Model read = assertKept(model(sum()).addFunctions(function));

        Node constant = read.functions().getFirst().body().nodes().getFirst();
        assertThat(constant.attribute("value")).isEqualTo(new Attribute.Reference("factor", 4));
    }

    @Test
    void sparseInitializer_isAValue_andKept() throws IOException {
        GraphProto.Builder graph = sum();
        graph.clearInitializer().addSparseInitializer(sparse("w"));

        Model read = assertKept(model(graph));

        Value w = Objects.requireNonNull(read.graph().value("w"));
        assertThat(w.isSparseInitializer()).isTrue();
        assertThat(w.type()).hasToString("FLOAT [2]");
    }

    @Test
    void trainingInfoAndQuantization_areKept() throws IOException {
        GraphProto.Builder graph = sum().addQuantizationAnnotation(TensorAnnotation.newBuilder()
                .setTensorName("w")
                .addQuantParameterTensorNames(entry("SCALE_TENSOR", "w_scale")));
        assertKept(model(graph)
                .addTrainingInfo(
                        TrainingInfoProto.newBuilder().setAlgorithm(sum()).addUpdateBinding(entry("w", "y"))));
    }

    @Test
    void initializerOfAnInput_inIrVersion3_staysItsDefault() throws IOException {
        GraphProto.Builder graph = sum().addInput(value("w", DType.FLOAT, 2));

        Model read = assertKept(model(graph).setIrVersion(3));

        assertThat(read.graph().inputs()).hasSize(2);
        assertThat(read.graph().initializers())
                .containsExactly(read.graph().inputs().get(1));
    }

    @Test
    void rawData_inAFieldOfAnotherMeaning_isNoTensor() throws IOException {
        TensorProto tensor = floats("w", 3, 4).build();
        ModelProto.Builder model = model(sum());
        model.getGraphBuilder()
                .setUnknownFields(com.google.protobuf.UnknownFieldSet.newBuilder()
                        .addField(
                                500,
                                com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(tensor.toByteString())
                                        .addGroup(com.google.protobuf.UnknownFieldSet.newBuilder()
                                                .addField(
                                                        9,
                                                        com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                                                                .addLengthDelimited(ByteString.copyFromUtf8("raw"))
                                                                .build())
                                                .build())
                                        .build())
                        .build());
        assertKept(model);
    }

    private static Model assertKept(ModelProto.Builder proto) throws IOException {
        byte[] file = proto.build().toByteArray();
        Model read = OnnxReader.read(file);
        byte[] written = OnnxWriter.toBytes(read);
        assertThat(CanonicalModel.of(written)).isEqualTo(CanonicalModel.of(file));
        assertThat(OnnxWriter.toBytes(OnnxReader.read(written))).isEqualTo(written);
        return read;
    }

    private static GraphProto.Builder branch(String name) {
        return GraphProto.newBuilder()
                .setName(name)
                .addInitializer(floats(name + "_w", 1, 2))
                .addNode(node("Add", List.of("x", name + "_w"), List.of(name + "_y")))
                .addOutput(value(name + "_y", DType.FLOAT, 2));
    }

    private static SparseTensorProto.Builder sparse(String name) {
        return SparseTensorProto.newBuilder()
                .setValues(floats(name, 5))
                .setIndices(longs("", 1))
                .addDims(2);
    }

    private static TypeProto.Builder sequence() {
        TypeProto.Builder type = TypeProto.newBuilder();
        type.getSequenceTypeBuilder()
                .getElemTypeBuilder()
                .getTensorTypeBuilder()
                .setElemType(1);
        return type;
    }

    private static TypeProto.Builder scalar() {
        TypeProto.Builder type = TypeProto.newBuilder();
        type.getTensorTypeBuilder().setElemType(9).getShapeBuilder();
        return type;
    }
}
