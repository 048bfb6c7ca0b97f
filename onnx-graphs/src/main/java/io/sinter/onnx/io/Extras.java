package io.sinter.onnx.io;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import io.sinter.onnx.ir.Opaque;

/** What is left of a message once the IR has taken its fields, as bytes, and back. */
final class Extras {

    private Extras() {}

    /** The fields that are still set. */
    static Opaque of(MessageLite rest) {
        return rest.getSerializedSize() == 0 ? Opaque.EMPTY : Opaque.of(rest.toByteArray());
    }

    /**
     * Puts kept fields into a message that is being built.
     *
     * @throws IllegalArgumentException if the bytes are no such message
     */
    static <B extends Message.Builder> B into(B message, Opaque extras) {
        if (extras.isEmpty()) {
            return message;
        }
        try {
            message.mergeFrom(extras.toBytes());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "extras are no serialised " + message.getDescriptorForType().getName(), e);
        }
        return message;
    }
}
