package io.sinter.onnx.io;

import com.google.protobuf.ByteString;
import io.sinter.onnx.io.ExternalLayout.Slot;
import io.sinter.onnx.io.proto.StringStringEntryProto;
import io.sinter.onnx.io.proto.TensorProto;
import io.sinter.onnx.io.proto.TensorProto.DataLocation;
import io.sinter.onnx.ir.Attribute;
import io.sinter.onnx.ir.Opaque;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** {@code TensorProto}s whose {@code raw_data} is the number of a segment, or that refer to external data. */
final class TensorEncoder {

    private final ExternalLayout external;
    private final List<MemorySegment> rawData = new ArrayList<>();

    /** Tensors of one file, of which some lie in another. */
    TensorEncoder(ExternalLayout external) {
        this.external = external;
    }

    /** The message of a constant. */
    TensorProto initializer(Value value) {
        TensorData data = Objects.requireNonNull(value.initializer());
        TensorProto.Builder proto = message(data, value.initializerExtras()).setName(value.name());
        Slot slot = external.slot(value);
        return slot == null ? embed(proto, data) : refer(proto, slot);
    }

    /** The message of an attribute's tensor. */
    TensorProto tensor(Attribute.Tensor tensor) {
        return embed(message(tensor.value(), tensor.extras()), tensor.value());
    }

    /** The elements that belong in place of a number. */
    MemorySegment elements(MemorySegment number) {
        return rawData.get(number.asByteBuffer().getInt());
    }

    private static TensorProto.Builder message(TensorData data, Opaque extras) {
        return Extras.into(TensorProto.newBuilder(), extras)
                .addAllDims(data.shape())
                .setDataType(data.dtype().onnxCode());
    }

    private TensorProto embed(TensorProto.Builder proto, TensorData data) {
        if (data.dtype() == DType.STRING) {
            return strings(proto, data);
        }
        rawData.add(data.data());
        ByteBuffer number = ByteBuffer.allocate(Integer.BYTES).putInt(0, rawData.size() - 1);
        return proto.setRawData(ByteString.copyFrom(number)).build();
    }

    private TensorProto refer(TensorProto.Builder proto, Slot slot) {
        return proto.setDataLocation(DataLocation.EXTERNAL)
                .addExternalData(entry("location", external.location()))
                .addExternalData(entry("offset", Long.toString(slot.offset())))
                .addExternalData(entry("length", Long.toString(slot.elements().byteSize())))
                .build();
    }

    private static TensorProto strings(TensorProto.Builder proto, TensorData data) {
        MemorySegment bytes = data.data();
        for (long position = 0; position < bytes.byteSize(); ) {
            int length = bytes.get(TensorData.I32, position);
            proto.addStringData(
                    ByteString.copyFrom(bytes.asSlice(position + 4, length).asByteBuffer()));
            position += 4L + length;
        }
        return proto.build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }
}
