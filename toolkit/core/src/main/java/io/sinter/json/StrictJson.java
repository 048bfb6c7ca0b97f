package io.sinter.json;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON into trees: duplicate keys, anything after the value, depth over 200 and files over a limit are errors.
 */
public final class StrictJson {

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(200).build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    /**
     * The bytes of a file.
     *
     * @throws MissingException if there is no such file
     * @throws MalformedException if it has more than {@code maxBytes} bytes, or cannot be read
     */
    public static byte[] bytes(Path file, long maxBytes) {
        try {
            long size = Files.size(file);
            if (size > maxBytes) {
                throw new MalformedException("%s: %d bytes, at most %d are read".formatted(file, size, maxBytes));
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new MissingException(file + ": no such file", e);
        } catch (IOException e) {
            throw new MalformedException("%s: cannot be read: %s".formatted(file, e), e);
        }
    }

    /**
     * The JSON object that bytes hold.
     *
     * @param where the file, for messages
     * @throws MalformedException if they are not one JSON object
     */
    public static JsonNode object(Path where, byte[] bytes) {
        JsonNode root;
        try {
            root = MAPPER.readTree(bytes);
        } catch (JacksonException e) {
            throw new MalformedException("%s: no JSON: %s".formatted(where, e.getOriginalMessage()), e);
        }
        if (!root.isObject()) {
            throw new MalformedException("%s: got JSON %s, expected an object"
                    .formatted(where, root.getNodeType().name().toLowerCase(Locale.ROOT)));
        }
        return root;
    }

    /** The JSON object in a file: see {@link #bytes} and {@link #object(Path, byte[])}. */
    public static JsonNode object(Path file, long maxBytes) {
        return object(file, bytes(file, maxBytes));
    }

    /** The JSON value, of any kind, in a file. */
    public static JsonNode value(Path file, long maxBytes) {
        try {
            return MAPPER.readTree(bytes(file, maxBytes));
        } catch (JacksonException e) {
            throw new MalformedException("%s: no JSON: %s".formatted(file, e.getOriginalMessage()), e);
        }
    }
}
