package io.sinter.onnx.io;

import com.google.protobuf.ByteString;
import io.sinter.error.MalformedException;
import io.sinter.onnx.io.proto.AttributeProto;
import io.sinter.onnx.io.proto.AttributeProto.AttributeType;
import io.sinter.onnx.io.proto.GraphProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Opaque;
import java.util.function.Function;

/** Attributes of the IR from {@code AttributeProto}s. */
final class AttributeDecoder {

    /** Field number of {@code AttributeProto.type}, under which protobuf keeps a type that it does not know. */
    private static final int TYPE = 20;

    private final TensorDecoder tensors;
    private final Function<GraphProto, Graph> subgraphs;
    private final String where;

    /**
     * Attributes of one node.
     *
     * @param subgraphs reads a graph inside the node's
     * @param where file and node, for messages
     */
    AttributeDecoder(TensorDecoder tensors, Function<GraphProto, Graph> subgraphs, String where) {
        this.tensors = tensors;
        this.subgraphs = subgraphs;
        this.where = where;
    }

    /** An attribute, and what its message says beyond name and value. */
    record Decoded(Attribute attribute, Opaque extras) {}

    /**
     * Reads one attribute.
     *
     * @throws MalformedException if it holds tensors or graphs that its type does not use
     */
    Decoded read(AttributeProto proto) {
        AttributeProto.Builder rest = proto.toBuilder().clearName().clearType();
        Attribute attribute = proto.getRefAttrName().isEmpty() ? value(proto, rest) : reference(proto, rest);
        if (holdsTensors(rest, attribute)) {
            throw new MalformedException("%s: attribute \"%s\" is %s, but holds a tensor or graph besides"
                    .formatted(where, proto.getName(), type(proto)));
        }
        return attribute instanceof Attribute.Other
                ? new Decoded(attribute, Opaque.EMPTY)
                : new Decoded(attribute, Extras.of(rest.build()));
    }

    /** A type that the IR carries unread may hold sparse tensors, which were checked. */
    private static boolean holdsTensors(AttributeProto.Builder rest, Attribute attribute) {
        boolean sparse = rest.hasSparseTensor() || rest.getSparseTensorsCount() > 0;
        return rest.hasT()
                || rest.hasG()
                || rest.getTensorsCount() > 0
                || rest.getGraphsCount() > 0
                || (sparse && !(attribute instanceof Attribute.Other));
    }

    private static Attribute reference(AttributeProto proto, AttributeProto.Builder rest) {
        rest.clearRefAttrName();
        return new Attribute.Reference(proto.getRefAttrName(), type(proto).getNumber());
    }

    private Attribute value(AttributeProto proto, AttributeProto.Builder rest) {
        return switch (type(proto)) {
            case FLOAT -> {
                rest.clearF();
                yield new Attribute.Float(proto.getF());
            }
            case INT -> {
                rest.clearI();
                yield new Attribute.Int(proto.getI());
            }
            case STRING -> {
                rest.clearS();
                yield new Attribute.Str(opaque(proto.getS()));
            }
            case FLOATS -> {
                rest.clearFloats();
                yield new Attribute.Floats(proto.getFloatsList());
            }
            case INTS -> {
                rest.clearInts();
                yield new Attribute.Ints(proto.getIntsList());
            }
            case STRINGS -> {
                rest.clearStrings();
                yield new Attribute.Strs(proto.getStringsList().stream()
                        .map(AttributeDecoder::opaque)
                        .toList());
            }
            case TENSOR, TENSORS, GRAPH, GRAPHS -> nested(proto, rest);
            case UNDEFINED, SPARSE_TENSOR, SPARSE_TENSORS, TYPE_PROTO, TYPE_PROTOS -> other(proto);
        };
    }

    private Attribute nested(AttributeProto proto, AttributeProto.Builder rest) {
        return switch (type(proto)) {
            case TENSOR -> {
                rest.clearT();
                yield tensor(proto.getT());
            }
            case TENSORS -> {
                rest.clearTensors();
                yield new Attribute.Tensors(
                        proto.getTensorsList().stream().map(this::tensor).toList());
            }
            case GRAPH -> {
                rest.clearG();
                yield new Attribute.SubGraph(subgraphs.apply(proto.getG()));
            }
            default -> {
                rest.clearGraphs();
                yield new Attribute.SubGraphs(
                        proto.getGraphsList().stream().map(subgraphs).toList());
            }
        };
    }

    private Attribute.Tensor tensor(TensorProto proto) {
        return new Attribute.Tensor(tensors.tensor(proto), TensorDecoder.extras(proto));
    }

    private Attribute other(AttributeProto proto) {
        AttributeProto.Builder whole = proto.toBuilder();
        tensors.carry(whole);
        return new Attribute.Other(Extras.of(whole.build()));
    }

    private static Opaque opaque(ByteString bytes) {
        return Opaque.of(bytes.toByteArray());
    }

    /** The type; files before IR version 2 leave it out, and it follows from the field that is set. */
    private static AttributeType type(AttributeProto proto) {
        if (proto.getType() != AttributeType.UNDEFINED
                || proto.getUnknownFields().hasField(TYPE)) {
            return proto.getType();
        }
        if (proto.hasF()) {
            return AttributeType.FLOAT;
        }
        if (proto.hasI()) {
            return AttributeType.INT;
        }
        if (proto.hasS()) {
            return AttributeType.STRING;
        }
        if (proto.hasT()) {
            return AttributeType.TENSOR;
        }
        return proto.hasG() ? AttributeType.GRAPH : listType(proto);
    }

    private static AttributeType listType(AttributeProto proto) {
        if (proto.getFloatsCount() > 0) {
            return AttributeType.FLOATS;
        }
        if (proto.getIntsCount() > 0) {
            return AttributeType.INTS;
        }
        if (proto.getStringsCount() > 0) {
            return AttributeType.STRINGS;
        }
        if (proto.getTensorsCount() > 0) {
            return AttributeType.TENSORS;
        }
        return proto.getGraphsCount() > 0 ? AttributeType.GRAPHS : AttributeType.UNDEFINED;
    }
}
