package io.sinter.tokenizer;

import io.sinter.error.MalformedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Checks of a {@code tokenizer.json} beyond its vocabulary: what is known to make the native library abort the process
 * rather than report an error.
 */
final class TokenizerChecks {

    private static final Set<String> MODELS = Set.of("WordPiece", "BPE", "Unigram", "WordLevel");
    private static final int MAX_PATTERN = 10_000;
    private static final int MAX_STRIP = 1_000;

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
        for (String part : new String[] {"normalizer", "pre_tokenizer", "post_processor", "decoder"}) {
            checks.component(part, root.path(part));
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
        String prefix = model.path("continuing_subword_prefix").isString()
                ? model.path("continuing_subword_prefix").stringValue()
                : "";
        for (JsonNode merge : model.path("merges")) {
            merge(merge, prefix);
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

    /** One step of the pipeline and, for a Sequence, those inside it. */
    private void component(String at, JsonNode node) {
        if (!node.isObject()) {
            return;
        }
        switch (node.path("type").asString("")) {
            case "TemplateProcessing" -> template(at, node);
            case "Precompiled" -> charsMap(at, node.path("precompiled_charsmap"));
            case "FixedLength" -> requireRange(at + ".length", node.path("length"), 1, Integer.MAX_VALUE);
            case "Strip" -> {
                if (at.startsWith("decoder")) {
                    requireRange(at + ".start", node.path("start"), 0, MAX_STRIP);
                    requireRange(at + ".stop", node.path("stop"), 0, MAX_STRIP);
                }
            }
            case "Split", "Replace" -> pattern(at, node.path("pattern"));
            default -> {}
        }
        for (String children : new String[] {"normalizers", "pretokenizers", "processors", "decoders"}) {
            int index = 0;
            for (JsonNode child : node.path(children)) {
                component("%s.%s[%d]".formatted(at, children, index++), child);
            }
        }
    }

    private void template(String at, JsonNode node) {
        JsonNode defined = node.path("special_tokens");
        for (String side : new String[] {"single", "pair"}) {
            for (JsonNode piece : node.path(side)) {
                JsonNode id = piece.path("SpecialToken").path("id");
                if (id.isString() && !defined.has(id.stringValue())) {
                    throw fail("%s.%s: special token \"%s\" is not defined in special_tokens"
                            .formatted(at, side, id.stringValue()));
                }
            }
        }
        for (JsonNode token : defined) {
            for (JsonNode id : token.path("ids")) {
                if (!id.isInt() || !ids.containsValue(id.intValue())) {
                    throw fail("%s.special_tokens: %s is no id of the vocabulary".formatted(at, shorten(id)));
                }
            }
        }
    }

    /** SentencePiece's map: 4 bytes length of a double-array trie of 32-bit units, the trie, and UTF-8 text. */
    private void charsMap(String at, JsonNode map) {
        if (!map.isString()) {
            return;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(map.stringValue()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            long trie = bytes.remaining() < 4 ? -1 : Integer.toUnsignedLong(bytes.getInt());
            if (trie < 4 || trie % 4 != 0 || trie > bytes.remaining()) {
                throw fail("%s: precompiled_charsmap: a trie of %d bytes in %d".formatted(at, trie, bytes.remaining()));
            }
            bytes.position(bytes.position() + (int) trie);
            StandardCharsets.UTF_8.newDecoder().decode(bytes);
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw fail(
                    "%s: precompiled_charsmap: no base64 of a trie and UTF-8 text: %s".formatted(at, e.getMessage()));
        }
    }

    private void pattern(String at, JsonNode pattern) {
        JsonNode text = pattern.path("Regex").isString() ? pattern.path("Regex") : pattern.path("String");
        if (!text.isString() || text.stringValue().length() > MAX_PATTERN) {
            throw fail("%s.pattern: got %s, expected a text of at most %d characters"
                    .formatted(at, shorten(pattern), MAX_PATTERN));
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
