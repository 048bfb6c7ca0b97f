package io.sinter.tokenizer;

import io.sinter.error.MalformedException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Checks of a {@code tokenizer.json} beyond its vocabulary: what is known to make the native library abort the process
 * rather than report an error.
 */
final class TokenizerChecks {

    private static final Set<String> MODELS = Set.of("WordPiece", "BPE", "Unigram", "WordLevel");
    private static final ArrayNode NO_PIECES = JsonNodeFactory.instance.arrayNode();
    private static final int MAX_TOKEN = 10_000;
    private static final int MAX_PADDING = 1 << 20;
    private static final double MAX_SCORE = 1e12;

    private final Path file;
    private final Map<String, Integer> ids;

    private TokenizerChecks(Path file, Map<String, Integer> ids) {
        this.file = file;
        this.ids = ids;
    }

    /**
     * Checks everything.
     *
     * @throws MalformedException at the first thing that is wrong
     */
    static void check(Path file, JsonNode root, Map<String, Integer> ids) {
        TokenizerChecks checks = new TokenizerChecks(file, ids);
        checks.model(root.path("model"));
        checks.truncation(root.path("truncation"));
        checks.padding(root.path("padding"));
        Set<Integer> known = new HashSet<>(ids.values());
        for (String part : List.of("normalizer", "pre_tokenizer", "post_processor", "decoder")) {
            try {
                ComponentChecks.check(part, root.path(part), known::contains);
            } catch (MalformedException e) {
                throw new MalformedException(file + ": " + e.getMessage(), e);
            }
        }
    }

    /** At most 80 characters of a node, for messages. */
    static String shorten(JsonNode node) {
        String text = node.toString();
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }

    private void model(JsonNode model) {
        JsonNode type = model.path("type");
        if (!type.isMissingNode() && !(type.isString() && MODELS.contains(type.stringValue()))) {
            throw fail("model.type: got %s, expected one of %s".formatted(shorten(type), MODELS));
        }
        JsonNode unknown = model.path("unk_id");
        if (unknown.isNumber() && (!unknown.canConvertToInt() || !ids.containsValue(unknown.intValue()))) {
            throw fail("model.unk_id: %s is no id of the vocabulary".formatted(unknown));
        }
        tokens(model);
        unknownToken(model);
        JsonNode characters = model.path("max_input_chars_per_word");
        if (!characters.isMissingNode() && !characters.isNull()) {
            requireRange("model.max_input_chars_per_word", characters, 1, MAX_TOKEN);
        }
        String prefix = model.path("continuing_subword_prefix").isString()
                ? model.path("continuing_subword_prefix").stringValue()
                : "";
        for (JsonNode merge : model.path("merges")) {
            merge(merge, prefix);
        }
    }

    private void tokens(JsonNode model) {
        for (String token : ids.keySet()) {
            if (token.length() > MAX_TOKEN) {
                throw fail("token \"%.40s...\" has %,d characters, at most %,d are accepted"
                        .formatted(token, token.length(), MAX_TOKEN));
            }
        }
        for (JsonNode piece : model.path("vocab").isArray() ? model.path("vocab") : NO_PIECES) {
            if (piece.get(0).stringValue().isEmpty() || !(Math.abs(piece.get(1).doubleValue()) <= MAX_SCORE)) {
                throw fail("model.vocab: got %s, expected a token of 1 or more characters and a score of at most ±%.0e"
                        .formatted(shorten(piece), MAX_SCORE));
            }
        }
    }

    /** A text that a model has no way to write ends the process in the library. */
    private void unknownToken(JsonNode model) {
        JsonNode vocab = model.path("vocab");
        if (vocab.isArray()) {
            if (!model.path("unk_id").isNumber() || model.path("unk_id").intValue() >= vocab.size()) {
                throw fail("model.unk_id: got %s, expected a piece's id: unknown characters could not be written"
                        .formatted(shorten(model.path("unk_id"))));
            }
            return;
        }
        String type = model.path("type").asString(model.has("merges") ? "BPE" : "WordPiece");
        String otherwise = switch (type) {
            case "BPE" -> "";
            case "WordLevel" -> "<unk>";
            default -> "[UNK]";
        };
        String token = model.path("unk_token").asString(otherwise);
        if (!token.isEmpty() && !vocab.has(token)) {
            throw fail("model.unk_token: \"%s\" is not in model.vocab: unknown words could not be written"
                    .formatted(token));
        }
    }

    private void merge(JsonNode merge, String prefix) {
        String left;
        String right;
        if (merge.isArray()
                && merge.size() == 2
                && merge.get(0).isString()
                && merge.get(1).isString()) {
            left = merge.get(0).stringValue();
            right = merge.get(1).stringValue();
        } else if (merge.isString() && merge.stringValue().indexOf(' ') > 0) {
            int space = merge.stringValue().indexOf(' ');
            left = merge.stringValue().substring(0, space);
            right = merge.stringValue().substring(space + 1);
        } else {
            throw fail("model.merges: got %s, expected two tokens".formatted(shorten(merge)));
        }
        String tail = right.startsWith(prefix) ? right.substring(prefix.length()) : null;
        if (tail == null || !ids.containsKey(left) || !ids.containsKey(right) || !ids.containsKey(left + tail)) {
            throw fail("model.merges: %s: a part or the result is not in the vocabulary".formatted(shorten(merge)));
        }
    }

    private void truncation(JsonNode truncation) {
        if (!truncation.isObject()) {
            return;
        }
        long length = truncation.path("max_length").asLong(-1);
        long stride = truncation.path("stride").asLong(0);
        if (length < 1 || stride < 0 || stride >= length) {
            throw fail("truncation: max_length %d, stride %d; expected 0 <= stride < max_length"
                    .formatted(length, stride));
        }
    }

    private void padding(JsonNode padding) {
        if (!padding.isObject()) {
            return;
        }
        if (padding.path("pad_to_multiple_of").isNumber()) {
            requireRange("padding.pad_to_multiple_of", padding.path("pad_to_multiple_of"), 1, MAX_PADDING);
        }
        if (padding.path("strategy").has("Fixed")) {
            requireRange("padding.strategy.Fixed", padding.path("strategy").path("Fixed"), 1, MAX_PADDING);
        }
        JsonNode id = padding.path("pad_id");
        if (!id.isMissingNode() && (!id.isInt() || !ids.containsValue(id.intValue()))) {
            throw fail("padding.pad_id: %s is no id of the vocabulary".formatted(shorten(id)));
        }
    }

    private void requireRange(String at, JsonNode node, int from, int to) {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < from || node.intValue() > to) {
            throw fail("%s: got %s, expected an integer from %d to %d".formatted(at, shorten(node), from, to));
        }
    }

    private MalformedException fail(String message) {
        return new MalformedException(file + ": " + message);
    }
}
