package io.sinter.tokenizer;

import io.sinter.error.MalformedException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import tools.jackson.databind.JsonNode;

/**
 * Checks of the steps before and behind the model: types that are known, ids of the vocabulary, sizes, patterns that can be
 * searched in bounded time, and texts that do not grow without limit.
 */
final class ComponentChecks {

    private static final int MAX_TEXT = 10_000;
    private static final int MAX_STRIP = 1_000;
    private static final double MAX_GROWTH = 100;

    private static final Map<String, Set<String>> TYPES = Map.of(
            "normalizer",
                    Set.of(
                            "BertNormalizer",
                            "Strip",
                            "StripAccents",
                            "NFC",
                            "NFD",
                            "NFKC",
                            "NFKD",
                            "Sequence",
                            "Lowercase",
                            "Nmt",
                            "Precompiled",
                            "Replace",
                            "Prepend",
                            "ByteLevel"),
            "pre_tokenizer",
                    Set.of(
                            "BertPreTokenizer",
                            "ByteLevel",
                            "CharDelimiterSplit",
                            "Metaspace",
                            "Whitespace",
                            "WhitespaceSplit",
                            "Sequence",
                            "Split",
                            "Punctuation",
                            "Digits",
                            "UnicodeScripts",
                            "FixedLength"),
            "post_processor",
                    Set.of("BertProcessing", "RobertaProcessing", "ByteLevel", "TemplateProcessing", "Sequence"),
            "decoder",
                    Set.of(
                            "BPEDecoder",
                            "ByteLevel",
                            "WordPiece",
                            "Metaspace",
                            "CTC",
                            "Sequence",
                            "Replace",
                            "Fuse",
                            "Strip",
                            "ByteFallback"));

    private final String part;
    private final IntPredicate isId;
    private double growth = 1;

    private ComponentChecks(String part, IntPredicate isId) {
        this.part = part;
        this.isId = isId;
    }

    /**
     * Checks a part.
     *
     * @param part one of normalizer, pre_tokenizer, post_processor, decoder
     * @param isId whether a token has an id
     * @throws MalformedException without the file's name, if something is wrong
     */
    static void check(String part, JsonNode node, IntPredicate isId) {
        new ComponentChecks(part, isId).component(part, node);
    }

    /** One step of the pipeline and, for a Sequence, those inside it. */
    private void component(String at, JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return;
        }
        Set<String> known = TYPES.getOrDefault(part, Set.of());
        String type = node.path("type").asString("");
        if (!known.contains(type)) {
            throw fail("%s.type: got %s, expected one of %s"
                    .formatted(at, TokenizerChecks.shorten(node.path("type")), new TreeSet<>(known)));
        }
        step(at, type, node);
        for (String children : List.of("normalizers", "pretokenizers", "processors", "decoders")) {
            int index = 0;
            for (JsonNode child : node.path(children)) {
                component("%s.%s[%d]".formatted(at, children, index++), child);
            }
        }
    }

    private void step(String at, String type, JsonNode node) {
        switch (type) {
            case "TemplateProcessing" -> template(at, node);
            case "BertProcessing", "RobertaProcessing" -> {
                pair(at + ".cls", node.path("cls"));
                pair(at + ".sep", node.path("sep"));
            }
            case "Precompiled" -> {
                String map = node.path("precompiled_charsmap").asString("");
                CharsMapCheck.problem(map).ifPresent(problem -> {
                    throw fail("%s: precompiled_charsmap: %s".formatted(at, problem));
                });
            }
            case "FixedLength" -> requireRange(at + ".length", node.path("length"), 1, Integer.MAX_VALUE);
            case "Strip" -> strip(at, node);
            case "Split" -> pattern(at, node.path("pattern"));
            case "Replace" -> {
                pattern(at, node.path("pattern"));
                grow(at, text(at + ".content", node.path("content")).length());
            }
            case "Prepend" -> text(at + ".prepend", node.path("prepend"));
            case "ByteLevel" -> grow(at, part.equals("decoder") || part.equals("post_processor") ? 1 : 2);
            case "Metaspace" -> {
                character(at + ".replacement", node.path("replacement"));
                choice(at + ".prepend_scheme", node.path("prepend_scheme"), Set.of("first", "never", "always"));
            }
            case "CharDelimiterSplit" -> character(at + ".delimiter", node.path("delimiter"));
            default -> {}
        }
    }

    private void strip(String at, JsonNode node) {
        if (part.equals("decoder")) {
            requireRange(at + ".start", node.path("start"), 0, MAX_STRIP);
            requireRange(at + ".stop", node.path("stop"), 0, MAX_STRIP);
        }
    }

    private void template(String at, JsonNode node) {
        JsonNode defined = node.path("special_tokens");
        for (String side : List.of("single", "pair")) {
            for (JsonNode piece : node.path(side)) {
                JsonNode id = piece.path("SpecialToken").path("id");
                if (id.isString() && !defined.has(id.stringValue())) {
                    throw fail("%s.%s: special token \"%s\" is not defined in special_tokens"
                            .formatted(at, side, id.stringValue()));
                }
            }
        }
        for (JsonNode token : defined) {
            if (token.path("ids").size() != token.path("tokens").size()) {
                throw fail("%s.special_tokens: got %s, expected as many ids as tokens"
                        .formatted(at, TokenizerChecks.shorten(token)));
            }
            token.path("ids").forEach(id -> requireId(at + ".special_tokens", id));
        }
    }

    private void pair(String at, JsonNode node) {
        if (!node.isArray() || node.size() != 2 || !node.get(0).isString()) {
            throw fail("%s: got %s, expected [token, id]".formatted(at, TokenizerChecks.shorten(node)));
        }
        requireId(at, node.get(1));
    }

    private void requireId(String at, JsonNode id) {
        if (!id.isInt() || !isId.test(id.intValue())) {
            throw fail("%s: %s is no id of the vocabulary".formatted(at, TokenizerChecks.shorten(id)));
        }
    }

    private void pattern(String at, JsonNode pattern) {
        JsonNode text = pattern.path("Regex").isString() ? pattern.path("Regex") : pattern.path("String");
        if (!text.isString()
                || text.stringValue().isEmpty()
                || text.stringValue().length() > MAX_TEXT) {
            throw fail("%s.pattern: got %s, expected a text of 1 to %d characters"
                    .formatted(at, TokenizerChecks.shorten(pattern), MAX_TEXT));
        }
        if (!pattern.path("Regex").isString()) {
            return;
        }
        try {
            RegexRule.check(text.stringValue());
        } catch (RegexParser.Refusal e) {
            throw fail("%s.pattern: regular expression %s: %s"
                    .formatted(at, TokenizerChecks.shorten(text), e.getMessage()));
        }
    }

    private String text(String at, JsonNode node) {
        if (!node.isString() || node.stringValue().length() > MAX_TEXT) {
            throw fail("%s: got %s, expected a text of at most %d characters"
                    .formatted(at, TokenizerChecks.shorten(node), MAX_TEXT));
        }
        return node.stringValue();
    }

    /** Each character of a text may become so many. */
    private void grow(String at, int factor) {
        growth *= Math.max(1, factor);
        if (growth > MAX_GROWTH) {
            throw fail("%s: with the steps before it, a text may become more than %.0f times as long"
                    .formatted(at, MAX_GROWTH));
        }
    }

    private void character(String at, JsonNode node) {
        String text = node.asString("");
        if (text.codePointCount(0, text.length()) != 1) {
            throw fail("%s: got %s, expected one character".formatted(at, TokenizerChecks.shorten(node)));
        }
    }

    private void choice(String at, JsonNode node, Set<String> choices) {
        if (!node.isMissingNode() && !node.isNull() && !choices.contains(node.asString(""))) {
            throw fail("%s: got %s, expected one of %s"
                    .formatted(at, TokenizerChecks.shorten(node), new TreeSet<>(choices)));
        }
    }

    private void requireRange(String at, JsonNode node, int from, int to) {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < from || node.intValue() > to) {
            throw fail("%s: got %s, expected an integer from %d to %d"
                    .formatted(at, TokenizerChecks.shorten(node), from, to));
        }
    }

    private static MalformedException fail(String message) {
        return new MalformedException(message);
    }
}
