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
        return proto.setIrVersion(model.irVersion())
                .addAllOpsetImport(opsets(model.opsetImports()))
                .setGraph(graphs.graph(model.graph()))
                .build();
    }

    private FunctionProto function(Function function) {
        FunctionProto.Builder proto = Extras.into(FunctionProto.newBuilder(), function.extras())
                .setName(function.name())
                .addAllOpsetImport(opsets(function.opsetImports()));
        if (!function.domain().isEmpty()) {
            proto.setDomain(function.domain());
        }
        graphs.body(function.body(), proto);
        return proto.build();
    }

    private static List<OperatorSetIdProto> opsets(Map<String, Long> versions) {
        return versions.entrySet().stream()
                .map(entry -> opset(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static OperatorSetIdProto opset(String domain, long version) {
        OperatorSetIdProto.Builder proto = OperatorSetIdProto.newBuilder().setVersion(version);
        return domain.isEmpty() ? proto.build() : proto.setDomain(domain).build();
    }
}
