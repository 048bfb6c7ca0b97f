package io.sinter.encoder;

import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.UnsupportedException;
import io.sinter.source.ModelConfig;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * The values of a {@code config.json}, or of an object in it, by key. A key that holds {@code null} counts as missing.
 * Every message names the file, the key, and what it holds.
 */
public final class Settings {

    private final String where;
    private final JsonNode node;

    private Settings(String where, JsonNode node) {
        this.where = where;
        this.node = node;
    }

    /** The values of a whole file. */
    public static Settings of(ModelConfig config) {
        return new Settings(config.file().toString(), config.json());
    }

    /** The values of an object that {@code where} names in messages. */
    public static Settings of(String where, JsonNode node) {
        return new Settings(where, node);
    }

    /** File and object, for messages. */
    public String where() {
        return where;
    }

    /** Whether the key is there and not null. */
    public boolean has(String key) {
        return !node.path(key).isMissingNode() && !node.path(key).isNull();
    }

    /** What is under a key, as it is; missing where it is not there. */
    public JsonNode raw(String key) {
        return node.path(key);
    }

    /**
     * The object under a key.
     *
     * @throws MissingException if it is not there
     * @throws MalformedException if it is no object
     */
    public Settings section(String key) {
        JsonNode value = checked(key, "an object", JsonNode::isObject);
        return new Settings(where + ": " + key, value);
    }

    /** The object under a key, or one without any keys. */
    public Settings sectionOrEmpty(String key) {
        return has(key)
                ? section(key)
                : new Settings(where + ": " + key, tools.jackson.databind.node.JsonNodeFactory.instance.objectNode());
    }

    /**
     * A whole number above 0.
     *
     * @throws MissingException if it is not there
     * @throws MalformedException if it is something else
     */
    public long size(String key) {
        return checked(key, "a whole number above 0", Settings::isSize).longValue();
    }

    /** The same, or {@code otherwise} where the key is missing. */
    public long size(String key, long otherwise) {
        return has(key) ? size(key) : otherwise;
    }

    /**
     * So many whole numbers above 0.
     *
     * @throws MissingException if they are not there
     * @throws MalformedException if it is something else
     */
    public List<Long> sizes(String key, int count) {
        JsonNode list = checked(
                key,
                "%d whole numbers above 0".formatted(count),
                n -> n.isArray() && n.size() == count && n.valueStream().allMatch(Settings::isSize));
        return list.valueStream().map(JsonNode::longValue).toList();
    }

    /** A whole number, 0 or above, or {@code otherwise} where the key is missing. */
    public long index(String key, long otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        return checked(key, "a whole number, 0 or above", n -> isWhole(n) && n.longValue() >= 0)
                .longValue();
    }

    /** A whole number of any sign, or {@code otherwise} where the key is missing. */
    public long integer(String key, long otherwise) {
        return has(key) ? checked(key, "a whole number", Settings::isWhole).longValue() : otherwise;
    }

    /**
     * A number.
     *
     * @throws MissingException if it is not there
     * @throws MalformedException if it is something else
     */
    public double number(String key) {
        return checked(key, "a number", JsonNode::isNumber).doubleValue();
    }

    /** The same, or {@code otherwise} where the key is missing. */
    public double number(String key, double otherwise) {
        return has(key) ? number(key) : otherwise;
    }

    /** As many numbers as {@code otherwise} has, or it where the key is missing. */
    public List<Double> numbers(String key, List<Double> otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        int count = otherwise.size();
        JsonNode list = checked(
                key,
                "%d numbers".formatted(count),
                n -> n.isArray() && n.size() == count && n.valueStream().allMatch(JsonNode::isNumber));
        return list.valueStream().map(JsonNode::doubleValue).toList();
    }

    /** True or false, or {@code otherwise} where the key is missing. */
    public boolean flag(String key, boolean otherwise) {
        return has(key) ? checked(key, "true or false", JsonNode::isBoolean).booleanValue() : otherwise;
    }

    /** A text, or {@code otherwise} where the key is missing. */
    public String text(String key, String otherwise) {
        return has(key) ? checked(key, "a text", JsonNode::isString).stringValue() : otherwise;
    }

    /** Texts in a list; none where the key is missing. */
    public List<String> texts(String key) {
        if (!has(key)) {
            return List.of();
        }
        JsonNode list = checked(
                key, "a list of texts", n -> n.isArray() && n.valueStream().allMatch(JsonNode::isString));
        return list.valueStream().map(JsonNode::stringValue).toList();
    }

    /** The activation of that name, or {@code otherwise} where the key is missing. */
    public Activation activation(String key, Activation otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        String name = text(key, "");
        return Activation.named(name).orElseThrow(() -> unsupported(key, String.join(", ", Activation.names())));
    }

    /**
     * Refuses a value that is not one of those that are implemented; a missing key is accepted.
     *
     * @param supported the texts, numbers or flags that are, as JSON writes them without quotes
     */
    public void require(String key, String... supported) {
        if (has(key) && !List.of(supported).contains(raw(key).asString())) {
            throw unsupported(key, String.join(" or ", supported));
        }
    }

    /** A message that a key holds something that is not implemented. */
    public UnsupportedException unsupported(String key, String expected) {
        return new UnsupportedException("%s: %s: got %s, expected %s".formatted(where, key, node.path(key), expected));
    }

    /** A message that two keys do not go together. */
    public MalformedException contradiction(String message) {
        return new MalformedException("%s: %s".formatted(where, message));
    }

    /**
     * The first of several keys for the same thing that is there.
     *
     * @throws MissingException if none is
     */
    public long sizeOfAny(String... keys) {
        Optional<String> key = List.of(keys).stream().filter(this::has).findFirst();
        return size(key.orElse(keys[0]));
    }

    private JsonNode checked(String key, String expected, Predicate<JsonNode> valid) {
        if (!has(key)) {
            throw new MissingException("%s: no \"%s\": expected %s".formatted(where, key, expected));
        }
        JsonNode value = node.path(key);
        if (!valid.test(value)) {
            throw new MalformedException("%s: %s: got %s, expected %s".formatted(where, key, value, expected));
        }
        return value;
    }

    private static boolean isWhole(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToLong();
    }

    private static boolean isSize(JsonNode value) {
        return isWhole(value) && value.longValue() > 0 && value.longValue() <= Integer.MAX_VALUE;
    }
}
