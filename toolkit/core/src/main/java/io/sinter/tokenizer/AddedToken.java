package io.sinter.tokenizer;

import io.sinter.error.MalformedException;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A token that is found in a text before anything else is done with it, in the fields of {@code tokenizer.json}'s
 * {@code added_tokens}.
 *
 * @param content how it is written
 * @param lstrip whether it takes the white space before it
 * @param rstrip whether it takes the white space behind it
 * @param singleWord whether it is only found as a whole word
 * @param normalized whether it is looked for in the normalised text
 * @param special whether decoding may leave it out
 */
record AddedToken(
        String content, boolean lstrip, boolean rstrip, boolean singleWord, boolean normalized, boolean special) {

    /** A special token that is found as it is written. */
    static AddedToken special(String content) {
        return new AddedToken(content, false, false, false, false, true);
    }

    /** A token of {@code added_tokens.json}: found in the normalised text. */
    static AddedToken ordinary(String content) {
        return new AddedToken(content, false, false, false, true, false);
    }

    /** A word of {@code never_split}. */
    static AddedToken word(String content) {
        return new AddedToken(content, false, false, true, false, false);
    }

    /** The same, taking the white space before it or not. */
    AddedToken withLstrip(boolean value) {
        return new AddedToken(content, value, rstrip, singleWord, normalized, special);
    }

    /**
     * Reads a special token from a configuration: a string, or an object with these fields.
     *
     * @param plain what it is where the configuration gives a string only, but for its content
     * @throws MalformedException if it is neither
     */
    static AddedToken read(Path file, String key, JsonNode node, AddedToken plain) {
        JsonNode content = node.isObject() ? node.path("content") : node;
        if (!content.isString() || content.stringValue().isEmpty()) {
            throw new MalformedException("%s: %s: got %s, expected a token or an object with its content"
                    .formatted(file, key, TokenizerChecks.shorten(node)));
        }
        if (!node.isObject()) {
            return new AddedToken(
                    content.stringValue(),
                    plain.lstrip,
                    plain.rstrip,
                    plain.singleWord,
                    plain.normalized,
                    plain.special);
        }
        return new AddedToken(
                content.stringValue(),
                node.path("lstrip").asBoolean(false),
                node.path("rstrip").asBoolean(false),
                node.path("single_word").asBoolean(false),
                node.path("normalized").asBoolean(false),
                node.path("special").asBoolean(plain.special));
    }

    /** As {@code tokenizer.json} lists it. */
    ObjectNode json(int id) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("content", content)
                .put("single_word", singleWord)
                .put("lstrip", lstrip)
                .put("rstrip", rstrip)
                .put("normalized", normalized)
                .put("special", special);
    }
}
