package io.sinter.onnx.io;

import io.sinter.error.MalformedException;
import io.sinter.onnx.io.proto.FunctionProto;
import io.sinter.onnx.io.proto.ModelProto;
import io.sinter.onnx.io.proto.OperatorSetIdProto;
import io.sinter.onnx.io.proto.StringStringEntryProto;
import io.sinter.onnx.ir.Function;
import io.sinter.onnx.ir.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model of the IR from a {@code ModelProto}. */
final class ModelDecoder {

    private final TensorDecoder tensors;
    private final GraphDecoder graphs;
    private final String where;

    /** The model of one file. */
    ModelDecoder(TensorDecoder tensors, String where) {
        this.tensors = tensors;
        this.graphs = new GraphDecoder(tensors, where);
        this.where = where;
    }

    /**
     * Reads a model.
     *
     * @throws MalformedException if there is no graph, or anything in it is not as it should be
     */
    Model model(ModelProto proto) {
        if (!proto.hasGraph()) {
            throw new MalformedException(where + ": not an ONNX model: it has no graph");
        }
        Model model = new Model(graphs.graph(proto.getGraph(), null), proto.getIrVersion());
        opsets(proto.getOpsetImportList(), where).forEach(model::setOpset);
        proto.getFunctionsList().forEach(function -> model.addFunction(function(function)));
        ModelProto.Builder rest = proto.toBuilder()
                .clearGraph()
                .clearIrVersion()
                .clearOpsetImport()
                .addAllOpsetImport(unknownParts(proto.getOpsetImportList()))
                .clearFunctions()
                .clearMetadataProps();
        for (StringStringEntryProto entry : proto.getMetadataPropsList()) {
            boolean isPlain = entry.getUnknownFields().getSerializedSize() == 0;
            if (!isPlain || model.metadata().putIfAbsent(entry.getKey(), entry.getValue()) != null) {
                rest.addMetadataProps(entry);
            }
        }
        tensors.carry(rest);
        model.setExtras(Extras.of(rest.build()));
        return model;
    }

    private Function function(FunctionProto proto) {
        FunctionProto.Builder rest = proto.toBuilder()
                .clearDomain()
                .clearName()
                .clearInput()
                .clearOutput()
                .clearNode()
                .clearOpsetImport()
                .addAllOpsetImport(unknownParts(proto.getOpsetImportList()))
                .clearValueInfo();
        tensors.carry(rest);
        return new Function(
                proto.getDomain(),
                proto.getName(),
                graphs.body(proto),
                opsets(proto.getOpsetImportList(), where + ": function \"" + proto.getName() + "\""),
                Extras.of(rest.build()));
    }

    /** Imports of which the file says more than domain and version, without the version. */
    private static List<OperatorSetIdProto> unknownParts(List<OperatorSetIdProto> imports) {
        return imports.stream()
                .filter(entry -> entry.getUnknownFields().getSerializedSize() > 0)
                .map(entry -> entry.toBuilder().clearVersion().build())
                .toList();
    }

    private static Map<String, Long> opsets(List<OperatorSetIdProto> imports, String where) {
        Map<String, Long> versions = new LinkedHashMap<>();
        for (OperatorSetIdProto entry : imports) {
            String domain = entry.getDomain().equals("ai.onnx") ? "" : entry.getDomain();
            Long other = versions.put(domain, entry.getVersion());
            if (other != null && other != entry.getVersion()) {
                throw new MalformedException("%s: operator set \"%s\" is imported in versions %d and %d"
                        .formatted(where, domain.isEmpty() ? "ai.onnx" : domain, other, entry.getVersion()));
            }
        }
        return versions;
    }
}
