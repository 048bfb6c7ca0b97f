package io.sinter.tokenizer;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parts of a {@code tokenizer.json}, in the form in which the {@code tokenizers} library writes them.
 *
 * @see <a href="https://github.com/huggingface/tokenizers">tokenizers</a>
 */
final class Components {

    private Components() {}

    /** A part of the given type, to be filled. */
    static ObjectNode part(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    /**
     * Several parts, one after the other.
     *
     * @param key what the library calls the list: {@code normalizers}, {@code pretokenizers}, {@code decoders}
     */
    static ObjectNode sequence(String key, JsonNode... parts) {
        ObjectNode sequence = part("Sequence");
        sequence.putArray(key).addAll(List.of(parts));
        return sequence;
    }

    /** Replaces a text. */
    static ObjectNode replace(String text, String by) {
        ObjectNode replace = part("Replace");
        replace.putObject("pattern").put("String", text);
        return replace.put("content", by);
    }

    /** Replaces what a regular expression matches. */
    static ObjectNode replaceMatches(String regex, String by) {
        ObjectNode replace = part("Replace");
        replace.putObject("pattern").put("Regex", regex);
        return replace.put("content", by);
    }

    /** Cuts a text at what a regular expression matches. */
    static ObjectNode split(String regex, String behavior, boolean invert) {
        ObjectNode split = part("Split");
        split.putObject("pattern").put("Regex", regex);
        return split.put("behavior", behavior).put("invert", invert);
    }

    /** Writes bytes as visible characters, as a pre-tokenizer, decoder or post-processor. */
    static ObjectNode byteLevel(boolean addPrefixSpace, boolean trimOffsets, boolean useRegex) {
        return part("ByteLevel")
                .put("add_prefix_space", addPrefixSpace)
                .put("trim_offsets", trimOffsets)
                .put("use_regex", useRegex);
    }

    /** Decodes {@link #byteLevel}. */
    static ObjectNode byteLevelDecoder() {
        return byteLevel(true, true, true);
    }

    /**
     * Puts special tokens around texts.
     *
     * @param single roles with a token type, such as {@code cls:0 A:0 sep:0}; {@code A} and {@code B} are the texts
     * @param pair the same for two texts
     * @param tokens the token of each role
     * @param added their ids
     */
    static ObjectNode template(String single, String pair, Map<String, String> tokens, AddedVocabulary added) {
        ObjectNode template = part("TemplateProcessing");
        template.set("single", pieces(single, tokens));
        template.set("pair", pieces(pair, tokens));
        ObjectNode defined = template.putObject("special_tokens");
        tokens.values().stream().distinct().sorted().forEach(token -> {
            ObjectNode entry = defined.putObject(token).put("id", token);
            entry.putArray("ids").add(added.id(token));
            entry.putArray("tokens").add(token);
        });
        return template;
    }

    /** RoBERTa's: {@code cls A sep}, and {@code cls A sep sep B sep} for a pair, all of type 0. */
    static ObjectNode robertaProcessing(String cls, String sep, AddedVocabulary added) {
        ObjectNode processing = part("RobertaProcessing");
        processing.putArray("sep").add(sep).add(added.id(sep));
        processing.putArray("cls").add(cls).add(added.id(cls));
        return processing;
    }

    private static ArrayNode pieces(String template, Map<String, String> tokens) {
        ArrayNode pieces = JsonNodeFactory.instance.arrayNode();
        for (String piece : template.split(" ")) {
            String[] parts = piece.split(":");
            String token = tokens.get(parts[0]);
            pieces.addObject()
                    .putObject(token == null ? "Sequence" : "SpecialToken")
                    .put("id", token == null ? parts[0] : token)
                    .put("type_id", Integer.parseInt(parts[1]));
        }
        return pieces;
    }
}
