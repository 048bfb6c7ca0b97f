package io.sinter.onnx.io;

import com.google.protobuf.ByteString;
import io.sinter.onnx.io.proto.AttributeProto;
import io.sinter.onnx.io.proto.AttributeProto.AttributeType;
import io.sinter.onnx.io.proto.GraphProto;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Opaque;
import java.util.function.Function;

/** {@code AttributeProto}s from attributes of the IR. */
final class AttributeEncoder {

    private final TensorEncoder tensors;
    private final Function<Graph, GraphProto> subgraphs;

    /** Attributes of one file. */
    AttributeEncoder(TensorEncoder tensors, Function<Graph, GraphProto> subgraphs) {
        this.tensors = tensors;
        this.subgraphs = subgraphs;
    }

    /** The message of an attribute. */
    AttributeProto write(String name, Attribute attribute, Opaque extras) {
        AttributeProto.Builder proto =
                Extras.into(AttributeProto.newBuilder(), extras).setName(name);
        switch (attribute) {
            case Attribute.Int(long value) -> proto.setType(AttributeType.INT).setI(value);
            case Attribute.Float(float value) ->
                proto.setType(AttributeType.FLOAT).setF(value);
            case Attribute.Str(Opaque value) ->
                proto.setType(AttributeType.STRING).setS(bytes(value));
            case Attribute.Ints ints -> proto.setType(AttributeType.INTS).addAllInts(ints.values());
            case Attribute.Floats floats -> proto.setType(AttributeType.FLOATS).addAllFloats(floats.values());
            case Attribute.Strs strings -> {
                proto.setType(AttributeType.STRINGS);
                strings.values().forEach(value -> proto.addStrings(bytes(value)));
            }
            case Attribute.Tensor tensor -> proto.setType(AttributeType.TENSOR).setT(tensors.tensor(tensor));
            case Attribute.Tensors several -> {
                proto.setType(AttributeType.TENSORS);
                several.values().forEach(tensor -> proto.addTensors(tensors.tensor(tensor)));
            }
            case Attribute.SubGraph(Graph graph) ->
                proto.setType(AttributeType.GRAPH).setG(subgraphs.apply(graph));
            case Attribute.SubGraphs several -> {
                proto.setType(AttributeType.GRAPHS);
                several.values().forEach(graph -> proto.addGraphs(subgraphs.apply(graph)));
            }
            case Attribute.Reference reference -> refer(proto, reference);
            case Attribute.Other(Opaque whole) -> Extras.into(proto, whole).setName(name);
        }
        return proto.build();
    }

    private static void refer(AttributeProto.Builder proto, Attribute.Reference reference) {
        proto.setRefAttrName(reference.name());
        AttributeType type = AttributeType.forNumber(reference.type());
        if (type != null && type != AttributeType.UNDEFINED) {
            proto.setType(type);
        }
    }

    private static ByteString bytes(Opaque value) {
        return ByteString.copyFrom(value.toBytes());
    }
}
