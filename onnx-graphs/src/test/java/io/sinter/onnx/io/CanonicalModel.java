package io.sinter.onnx.io;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.sinter.onnx.io.proto.AttributeProto;
import io.sinter.onnx.io.proto.AttributeProto.AttributeType;
import io.sinter.onnx.io.proto.FunctionProto;
import io.sinter.onnx.io.proto.GraphProto;
import io.sinter.onnx.io.proto.ModelProto;
import io.sinter.onnx.io.proto.NodeProto;
import io.sinter.onnx.io.proto.OperatorSetIdProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.io.proto.TensorProto.DataLocation;
import io.sinter.onnx.io.proto.ValueInfoProto;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model's protobuf in a form that is equal for equal meaning: elements in {@code raw_data}, defaults written out,
 * {@code value_info} sorted.
 */
final class CanonicalModel {

    private CanonicalModel() {}

    static ModelProto of(Path file) throws IOException {
        return canonical(ModelProto.parseFrom(Files.readAllBytes(file)), file.getParent());
    }

    static ModelProto of(byte[] model) throws IOException {
        return canonical(ModelProto.parseFrom(model), null);
    }

    static ModelProto canonical(ModelProto model, @Nullable Path folder) {
        ModelProto.Builder builder = model.toBuilder();
        descend(builder, folder);
        return builder.build();
    }

    private static void descend(Message.Builder message, @Nullable Path folder) {
        switch (message) {
            case TensorProto.Builder tensor -> tensor(tensor, folder);
            case AttributeProto.Builder attribute -> attribute(attribute);
            case NodeProto.Builder node -> {
                writeOut(node, "domain");
                writeOut(node, "name");
            }
            case OperatorSetIdProto.Builder opset -> writeOut(opset, "domain");
            case GraphProto.Builder graph -> graph(graph);
            case FunctionProto.Builder function -> {
                List<ValueInfoProto> infos = sorted(function.getValueInfoList());
                function.clearValueInfo().addAllValueInfo(infos);
            }
            default -> {}
        }
        for (Map.Entry<FieldDescriptor, Object> entry :
                List.copyOf(message.getAllFields().entrySet())) {
            FieldDescriptor field = entry.getKey();
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                continue;
            }
            if (field.isRepeated()) {
                for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                    descend(message.getRepeatedFieldBuilder(field, i), folder);
                }
            } else {
                descend(message.getFieldBuilder(field), folder);
            }
        }
    }

    private static void graph(GraphProto.Builder graph) {
        List<ValueInfoProto> infos = new ArrayList<>(sorted(graph.getValueInfoList()));
        infos.removeIf(graph.getOutputList()::contains);
        graph.clearValueInfo().addAllValueInfo(infos);
        writeOut(graph, "name");
    }

    private static List<ValueInfoProto> sorted(List<ValueInfoProto> infos) {
        return infos.stream()
                .sorted(Comparator.comparing(ValueInfoProto::getName))
                .toList();
    }

    private static void attribute(AttributeProto.Builder attribute) {
        if (!attribute.getRefAttrName().isEmpty()) {
            return;
        }
        if (attribute.getType() == AttributeType.INT) {
            writeOut(attribute, "i");
        } else if (attribute.getType() == AttributeType.FLOAT) {
            writeOut(attribute, "f");
        } else if (attribute.getType() == AttributeType.STRING) {
            writeOut(attribute, "s");
        }
    }

    /** Sets a field that may be absent to the value that absence means. */
    private static void writeOut(Message.Builder message, String name) {
        FieldDescriptor field =
                Objects.requireNonNull(message.getDescriptorForType().findFieldByName(name));
        message.setField(field, message.getField(field));
    }

    private static void tensor(TensorProto.Builder tensor, @Nullable Path folder) {
        TensorProto proto = tensor.build();
        DType dtype = DType.ofOnnx(proto.getDataType()).orElseThrow();
        if (dtype == DType.STRING) {
            return;
        }
        byte[] elements;
        if (proto.getDataLocation() == DataLocation.EXTERNAL) {
            long size = dtype.byteSize(TensorData.elementCount(proto.getDimsList()));
            elements = new ExternalData(Objects.requireNonNull(folder).resolve("model.onnx"), Links.CONTAINED)
                    .elements(proto, size, "test")
                    .toArray(ValueLayout.JAVA_BYTE);
        } else if (proto.hasRawData()) {
            elements = proto.getRawData().toByteArray();
        } else {
            elements = TypedElements.of(proto, dtype).toArray(ValueLayout.JAVA_BYTE);
        }
        tensor.clearFloatData()
                .clearInt32Data()
                .clearInt64Data()
                .clearDoubleData()
                .clearUint64Data()
                .clearExternalData()
                .clearDataLocation()
                .setRawData(ByteString.copyFrom(elements));
    }
}
