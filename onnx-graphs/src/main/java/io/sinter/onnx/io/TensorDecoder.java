package io.sinter.onnx.io;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.sinter.error.MalformedException;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.io.proto.SparseTensorProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.io.proto.TensorProto.DataLocation;
import io.sinter.onnx.ir.Opaque;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Tensors of the IR from {@code TensorProto}s, whose {@code raw_data} is the number of a slice of the file. */
final class TensorDecoder {

    private final List<MemorySegment> rawData;
    private final ExternalData external;
    private final String where;

    /** Tensors of one file. */
    TensorDecoder(List<MemorySegment> rawData, ExternalData external, String where) {
        this.rawData = rawData;
        this.external = external;
        this.where = where;
    }

    /**
     * The elements of a tensor, over the mapped file where they lie there.
     *
     * @throws MalformedException if type, extents and elements do not fit together
     * @throws UnsupportedException for a tensor in segments or of an unknown element type
     */
    TensorData tensor(TensorProto proto) {
        return decode(proto, number -> rawData.get(number.asReadOnlyByteBuffer().getInt()));
    }

    /** @param raw where the bytes are that {@code raw_data} stands for */
    private TensorData decode(TensorProto proto, Function<ByteString, MemorySegment> raw) {
        String label = label(proto);
        DType dtype = dtype(proto, label);
        long needed = byteSize(proto, dtype, label);
        MemorySegment elements = elements(proto, dtype, needed, raw);
        if (dtype != DType.STRING && elements.byteSize() != needed) {
            throw new MalformedException("%s: %d bytes, but %s %s needs %d"
                    .formatted(label, elements.byteSize(), dtype, proto.getDimsList(), needed));
        }
        return new TensorData(dtype, proto.getDimsList(), elements);
    }

    /** What the message says beyond type, extents and elements. */
    static Opaque extras(TensorProto proto) {
        return Extras.of(proto.toBuilder()
                .clearDims()
                .clearDataType()
                .clearRawData()
                .clearFloatData()
                .clearInt32Data()
                .clearStringData()
                .clearInt64Data()
                .clearDoubleData()
                .clearUint64Data()
                .clearExternalData()
                .clearDataLocation()
                .build());
    }

    /**
     * Checks every tensor of a message that the IR carries unread, and replaces external elements by {@code raw_data}, so
     * that it stands alone.
     *
     * @throws MalformedException as {@link #tensor}, and if the parts of a sparse tensor do not fit together
     */
    void carry(Message.Builder message) {
        if (message instanceof TensorProto.Builder tensor) {
            carryTensor(tensor);
            return;
        }
        if (message instanceof SparseTensorProto.Builder sparse) {
            TensorData values = carryTensor(sparse.getValuesBuilder());
            TensorData indices = carryTensor(sparse.getIndicesBuilder());
            new SparseTensors(label(sparse.getValues()), sparse.getDimsList()).check(values, indices);
            return;
        }
        for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
            FieldDescriptor field = entry.getKey();
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                continue;
            }
            if (!field.isRepeated()) {
                carry(message.getFieldBuilder(field));
                continue;
            }
            for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                carry(message.getRepeatedFieldBuilder(field, i));
            }
        }
    }

    /** In a message that is carried, {@code raw_data} holds the elements themselves. */
    private TensorData carryTensor(TensorProto.Builder tensor) {
        TensorProto proto = tensor.build();
        TensorData data = decode(proto, raw -> MemorySegment.ofBuffer(raw.asReadOnlyByteBuffer()));
        if (proto.getDataLocation() == DataLocation.EXTERNAL) {
            if (data.data().byteSize() > Integer.MAX_VALUE / 2) {
                throw new UnsupportedException("%s: %d bytes of a sparse tensor, training graph or default are too many"
                        .formatted(label(proto), data.data().byteSize()));
            }
            ByteString elements = ByteString.copyFrom(data.data().asByteBuffer());
            tensor.clearExternalData().clearDataLocation().setRawData(elements);
        }
        return data;
    }

    private MemorySegment elements(
            TensorProto proto, DType dtype, long needed, Function<ByteString, MemorySegment> raw) {
        String label = label(proto);
        long typed = TypedElements.count(proto);
        boolean isExternal = proto.getDataLocation() == DataLocation.EXTERNAL;
        int places = (proto.hasRawData() ? 1 : 0) + (typed > 0 ? 1 : 0) + (isExternal ? 1 : 0);
        if (places > 1) {
            throw new MalformedException(
                    label + ": elements in more than one of raw_data, typed fields and external data");
        }
        if (dtype == DType.STRING) {
            return strings(proto, label);
        }
        if (isExternal) {
            return external.elements(proto, needed, label);
        }
        if (proto.hasRawData()) {
            return raw.apply(proto.getRawData());
        }
        try {
            MemorySegment elements = TypedElements.of(proto, dtype);
            if (elements.byteSize() == 0 && typed > 0) {
                throw new MalformedException(label + ": the elements are in a field that " + dtype + " does not use");
            }
            return elements;
        } catch (IllegalArgumentException e) {
            throw new MalformedException(label + ": " + e.getMessage(), e);
        }
    }

    private static MemorySegment strings(TensorProto proto, String label) {
        long count = TensorData.elementCount(proto.getDimsList());
        if (proto.getStringDataCount() != count || TypedElements.count(proto) != count) {
            throw new MalformedException("%s: %d strings, but STRING %s needs %d in string_data"
                    .formatted(label, proto.getStringDataCount(), proto.getDimsList(), count));
        }
        return TypedElements.of(proto, DType.STRING);
    }

    private String label(TensorProto proto) {
        return proto.getName().isEmpty()
                ? where + ": a tensor without a name"
                : where + ": tensor \"" + proto.getName() + "\"";
    }

    private static DType dtype(TensorProto proto, String label) {
        if (proto.hasSegment()) {
            throw new UnsupportedException(label + ": tensors in segments are not supported");
        }
        return DType.ofOnnx(proto.getDataType())
                .orElseThrow(() -> new UnsupportedException(
                        "%s: element type %d is unknown".formatted(label, proto.getDataType())));
    }

    private static long byteSize(TensorProto proto, DType dtype, String label) {
        try {
            long elements = TensorData.elementCount(proto.getDimsList());
            return dtype == DType.STRING ? 0 : dtype.byteSize(elements);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(label + ": " + e.getMessage(), e);
        } catch (ArithmeticException e) {
            throw new MalformedException(
                    "%s: %s %s takes more than 2^63 - 1 bytes".formatted(label, dtype, proto.getDimsList()), e);
        }
    }
}
