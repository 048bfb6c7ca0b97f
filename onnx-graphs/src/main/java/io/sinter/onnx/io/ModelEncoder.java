package io.sinter.onnx.io;

import io.sinter.onnx.io.proto.FunctionProto;
import io.sinter.onnx.io.proto.ModelProto;
import io.sinter.onnx.io.proto.OperatorSetIdProto;
import io.sinter.onnx.io.proto.StringStringEntryProto;
import io.sinter.onnx.ir.Function;
import io.sinter.onnx.ir.Model;
import java.util.List;
import java.util.Map;

/** A {@code ModelProto} from a model of the IR. */
final class ModelEncoder {

    private final GraphEncoder graphs;

    /** The model of one file. */
    ModelEncoder(TensorEncoder tensors) {
        this.graphs = new GraphEncoder(tensors);
    }

    /** The message of a model. */
    ModelProto model(Model model) {
        ModelProto.Builder proto = Extras.into(ModelProto.newBuilder(), model.extras());
        List<StringStringEntryProto> repeated = proto.getMetadataPropsList();
        proto.clearMetadataProps();
        model.metadata()
                .forEach((key, value) -> proto.addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        proto.addAllMetadataProps(repeated);
        model.functions().forEach(function -> proto.addFunctions(function(function)));
        List<OperatorSetIdProto> opsets = opsets(model.opsetImports(), proto.getOpsetImportList());
        return proto.setIrVersion(model.irVersion())
                .clearOpsetImport()
                .addAllOpsetImport(opsets)
                .setGraph(graphs.graph(model.graph()))
                .build();
    }

    private FunctionProto function(Function function) {
        FunctionProto.Builder proto = Extras.into(FunctionProto.newBuilder(), function.extras());
        List<OperatorSetIdProto> opsets = opsets(function.opsetImports(), proto.getOpsetImportList());
        proto.setName(function.name()).clearOpsetImport().addAllOpsetImport(opsets);
        if (!function.domain().isEmpty()) {
            proto.setDomain(function.domain());
        }
        graphs.body(function.body(), proto);
        return proto.build();
    }

    private static List<OperatorSetIdProto> opsets(Map<String, Long> versions, List<OperatorSetIdProto> unknownParts) {
        return versions.entrySet().stream()
                .map(entry -> opset(entry.getKey(), unknownParts)
                        .setVersion(entry.getValue())
                        .build())
                .toList();
    }

    private static OperatorSetIdProto.Builder opset(String domain, List<OperatorSetIdProto> unknownParts) {
        OperatorSetIdProto.Builder proto = OperatorSetIdProto.newBuilder();
        unknownParts.stream().filter(part -> part.getDomain().equals(domain)).forEach(proto::mergeFrom);
        return domain.isEmpty() ? proto : proto.setDomain(domain);
    }
}
