package io.sinter.safetensors;

import io.sinter.error.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.util.ByteBufferBackedInputStream;

/**
 * Reads one JSON object of an untrusted file, token by token: strict UTF-8, no duplicate keys at any depth, bounded
 * depth, nothing but white space after the object. Whatever is wrong is a {@link MalformedException} that names the
 * place.
 */
final class JsonStream implements AutoCloseable {

    private static final int MAX_DEPTH = 32;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Names are nearly all different: a table of them costs memory and can be attacked.
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength((int) Header.MAX_BYTES)
                    .maxStringLength((int) Header.MAX_BYTES)
                    .maxNumberLength(100)
                    .build())
            .build();

    /** Reads part of an object. */
    @FunctionalInterface
    interface Body<T> {
        T read(JsonStream json);
    }

    private final String where;
    private final JsonParser parser;

    private JsonStream(String where, JsonParser parser) {
        this.where = where;
        this.parser = parser;
    }

    /**
     * Reads a whole document; {@code body} starts at its first token.
     *
     * @param where the file and part of it, for messages
     */
    static <T> T read(String where, MemorySegment utf8, Body<T> body) {
        InputStream bytes = new ByteBufferBackedInputStream(utf8.asByteBuffer());
        Reader text = new InputStreamReader(
                bytes,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
        try (JsonStream json = new JsonStream(where, FACTORY.createParser(ObjectReadContext.empty(), text))) {
            json.parser.nextToken();
            T result = body.read(json);
            if (json.parser.nextToken() != null) {
                throw json.malformed("something follows the JSON object");
            }
            return result;
        } catch (JacksonException e) {
            throw new MalformedException(where + ": " + describe(e), e);
        }
    }

    private static String describe(JacksonException e) {
        if (e.getCause() instanceof IOException) {
            return "not UTF-8";
        }
        String place = Optional.ofNullable(e.getLocation())
                .map(at -> " at character " + at.getCharOffset())
                .orElse("");
        return "not valid JSON" + place + ": " + e.getOriginalMessage();
    }

    /**
     * Enters an object, or goes on to its next key.
     *
     * @return the key, with its value as the current token; null after the last
     */
    @Nullable
    String nextKey() {
        String key = parser.nextName();
        if (key != null) {
            parser.nextToken();
        }
        return key;
    }

    void requireObject(String what) {
        require(JsonToken.START_OBJECT, what, "an object");
    }

    void requireArray(String what) {
        require(JsonToken.START_ARRAY, what, "an array");
    }

    String requireString(String what) {
        require(JsonToken.VALUE_STRING, what, "a string");
        return parser.getString();
    }

    /** Steps into or through an array; whether there is an element. */
    boolean nextElement() {
        return parser.nextToken() != JsonToken.END_ARRAY;
    }

    /** An integer from 0 to 2⁶³ − 1, written as digits only. */
    long requireSize(String what) {
        require(JsonToken.VALUE_NUMBER_INT, what, "a non-negative integer without fraction or exponent");
        String digits = parser.getString();
        if (digits.startsWith("-")) {
            throw malformed(what + ": got " + digits + ", expected a non-negative integer");
        }
        BigInteger value = new BigInteger(digits);
        if (value.bitLength() >= Long.SIZE) {
            throw malformed(what + ": " + digits + " passes 2^63 - 1");
        }
        return value.longValue();
    }

    /** Passes over the current value, still checking it. */
    void skip() {
        parser.skipChildren();
    }

    MalformedException malformed(String problem) {
        return new MalformedException(where + ": " + problem);
    }

    private void require(JsonToken expected, String what, String expectedWords) {
        JsonToken got = parser.currentToken();
        if (got != expected) {
            String words = Optional.ofNullable(got).map(this::describe).orElse("nothing");
            throw malformed(what + ": got " + words + ", expected " + expectedWords);
        }
    }

    private String describe(JsonToken token) {
        return switch (token) {
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> parser.getString();
            case NOT_AVAILABLE, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT -> token.name();
        };
    }

    @Override
    public void close() {
        parser.close();
    }
}
