package io.sinter.safetensors;

import io.sinter.error.MalformedException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes a header as the reference implementation does: compact JSON, metadata first, padded with spaces to 8 bytes. */
final class HeaderWriter {

    private static final JsonFactory FACTORY = JsonFactory.builder().build();

    private HeaderWriter() {}

    /** The 8 bytes of length and the header. */
    static ByteBuffer write(String where, Header header) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes, JsonEncoding.UTF8)) {
            json.writeStartObject();
            if (!header.metadata().isEmpty()) {
                json.writeObjectPropertyStart(Header.METADATA);
                header.metadata().forEach(json::writeStringProperty);
                json.writeEndObject();
            }
            header.entries().forEach(entry -> write(json, entry));
            json.writeEndObject();
        }
        byte[] text = bytes.toByteArray();
        byte[] padded = Arrays.copyOf(text, Math.ceilDiv(text.length, Long.BYTES) * Long.BYTES);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        if (padded.length > Header.MAX_BYTES) {
            throw new MalformedException("%s: header of %d bytes, but at most %d are allowed"
                    .formatted(where, padded.length, Header.MAX_BYTES));
        }
        return ByteBuffer.allocateDirect(Long.BYTES + padded.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded.length)
                .put(padded)
                .flip();
    }

    private static void write(JsonGenerator json, TensorEntry entry) {
        json.writeObjectPropertyStart(entry.name());
        json.writeStringProperty("dtype", entry.dtype().safetensorsName().orElseThrow());
        json.writeName("shape");
        writeArray(json, entry.shape().stream().mapToLong(Long::longValue).toArray());
        json.writeName("data_offsets");
        writeArray(json, entry.begin(), entry.end());
        json.writeEndObject();
    }

    private static void writeArray(JsonGenerator json, long... values) {
        json.writeArray(values, 0, values.length);
    }
}
