package io.sinter.finetune.data;

import io.sinter.error.MalformedException;
import io.sinter.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * A line that is a JSON object; keys that nobody asks for do not matter.
 *
 * @param where the line, for messages
 * @param object what it holds
 */
public record JsonLine(String where, JsonNode object) {

    /**
     * Reads a line.
     *
     * @throws MalformedException if it is no JSON object
     */
    public static JsonLine of(String where, String line) {
        return new JsonLine(where, StrictJson.object(Path.of(where), line.getBytes(StandardCharsets.UTF_8)));
    }

    /** The text of a key. */
    public String text(String key) {
        JsonNode value = value(key);
        if (!value.isString()) {
            throw wrong(key, value, "a text");
        }
        return value.stringValue();
    }

    /** The texts of a key, which is a text, a list of texts, or not there. */
    public List<String> texts(String key) {
        JsonNode value = object.path(key);
        if (value.isMissingNode()) {
            return List.of();
        }
        return value.isArray() ? list(key, value, "a text") : List.of(text(key));
    }

    /** The finite number of a key. */
    public double number(String key) {
        JsonNode value = value(key);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw wrong(key, value, "a finite number");
        }
        return value.doubleValue();
    }

    /** The label of a key: a text or a whole number. */
    public String label(String key) {
        return label(key, value(key));
    }

    /** The labels of a key, which is a list. */
    public List<String> labels(String key) {
        JsonNode value = value(key);
        if (!value.isArray()) {
            throw wrong(key, value, "a list of labels");
        }
        return StreamSupport.stream(value.spliterator(), false)
                .map(label -> label(key, label))
                .toList();
    }

    private String label(String key, JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.bigIntegerValue().toString();
        }
        if (!value.isString() || value.stringValue().isBlank()) {
            throw wrong(key, value, "a label: a text or a whole number");
        }
        return value.stringValue();
    }

    private List<String> list(String key, JsonNode values, String expected) {
        return StreamSupport.stream(values.spliterator(), false)
                .map(value -> {
                    if (!value.isString()) {
                        throw wrong(key, value, expected);
                    }
                    return value.stringValue();
                })
                .toList();
    }

    private JsonNode value(String key) {
        JsonNode value = object.path(key);
        if (value.isMissingNode()) {
            throw new MalformedException(
                    "%s: no \"%s\": its keys are %s".formatted(where, key, object.propertyNames()));
        }
        return value;
    }

    private MalformedException wrong(String key, JsonNode value, String expected) {
        return new MalformedException("%s: \"%s\": got %s, expected %s".formatted(where, key, value, expected));
    }
}
