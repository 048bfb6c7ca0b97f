package io.sinter.onnx.io;

import io.sinter.onnx.io.proto.TensorShapeProto;
import io.sinter.onnx.io.proto.TensorShapeProto.Dimension;
import io.sinter.onnx.io.proto.TypeProto;
import io.sinter.onnx.io.proto.ValueInfoProto;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Types of values from and to {@code ValueInfoProto}s. Types that are no tensors, denotations and documentation stay in the
 * value's extras, as do extents that mean nothing (negative numbers, empty names).
 */
final class ValueInfos {

    private ValueInfos() {}

    /** Gives a value the type, and keeps what else the message says. */
    static void read(ValueInfoProto proto, Value value) {
        ValueInfoProto.Builder rest = proto.toBuilder().clearName();
        value.setType(takeType(rest));
        value.setExtras(Extras.of(rest.build()));
    }

    /** The message of a value, as it is read. */
    static ValueInfoProto write(Value value) {
        ValueInfoProto.Builder proto =
                Extras.into(ValueInfoProto.newBuilder(), value.extras()).setName(value.name());
        TensorType type = value.type();
        if (type == null) {
            return proto.build();
        }
        TypeProto.Tensor.Builder tensor = proto.getTypeBuilder()
                .getTensorTypeBuilder()
                .setElemType(type.dtype().onnxCode());
        Shape shape = type.shape();
        if (shape == null) {
            tensor.clearShape();
        } else {
            putShape(shape, tensor.getShapeBuilder());
        }
        return proto.build();
    }

    private static @Nullable TensorType takeType(ValueInfoProto.Builder rest) {
        if (!rest.getType().hasTensorType()) {
            return null;
        }
        TypeProto.Builder type = rest.getTypeBuilder();
        TypeProto.Tensor.Builder tensor = type.getTensorTypeBuilder();
        Optional<DType> dtype = DType.ofOnnx(tensor.getElemType());
        if (dtype.isEmpty()) {
            return null;
        }
        tensor.clearElemType();
        Shape shape = null;
        if (tensor.hasShape()) {
            shape = takeShape(tensor.getShapeBuilder());
            if (isBlank(tensor.getShape())) {
                tensor.clearShape();
            }
        }
        if (tensor.build().getSerializedSize() == 0) {
            type.clearTensorType();
        }
        if (type.build().getSerializedSize() == 0) {
            rest.clearType();
        }
        return new TensorType(dtype.get(), shape);
    }

    private static Shape takeShape(TensorShapeProto.Builder rest) {
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < rest.getDimCount(); i++) {
            Dim dim = dim(rest.getDim(i));
            dims.add(dim);
            if (!(dim instanceof Dim.Unknown)) {
                rest.getDimBuilder(i).clearValue();
            }
        }
        return new Shape(dims);
    }

    private static Dim dim(Dimension proto) {
        if (proto.hasDimValue() && proto.getDimValue() >= 0) {
            return Dim.of(proto.getDimValue());
        }
        return proto.getDimParam().isEmpty() ? Dim.unknown() : Dim.of(proto.getDimParam());
    }

    private static boolean isBlank(TensorShapeProto shape) {
        return shape.getUnknownFields().getSerializedSize() == 0
                && shape.getDimList().stream().allMatch(d -> d.getSerializedSize() == 0);
    }

    private static void putShape(Shape shape, TensorShapeProto.Builder proto) {
        if (proto.getDimCount() != shape.rank()) {
            proto.clearDim();
        }
        for (int i = 0; i < shape.rank(); i++) {
            if (proto.getDimCount() <= i) {
                proto.addDimBuilder();
            }
            switch (shape.dim(i)) {
                case Dim.Known(long size) -> proto.getDimBuilder(i).setDimValue(size);
                case Dim.Symbol(String name) -> proto.getDimBuilder(i).setDimParam(name);
                case Dim.Unknown() -> {}
            }
        }
    }
}
