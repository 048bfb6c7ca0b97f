package io.sinter.vocabulary;

import io.sinter.tokenizer.SpecialToken;
import io.sinter.tokenizer.Vocabulary;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What special tokens are for, read from where a tokenizer puts them. */
final class Roles {

    private Roles() {}

    /**
     * The special tokens by purpose: what the post-processor puts before a text and behind it, what the file declares, and
     * then the usual spellings.
     */
    static Map<SpecialToken, Integer> of(ObjectNode json, Vocabulary vocabulary) {
        Map<SpecialToken, Integer> roles = bySpelling(vocabulary);
        for (ObjectNode step : Parts.steps(json.path("post_processor"))) {
            put(roles, SpecialToken.CLS, step.path("cls").path(1));
            put(roles, SpecialToken.SEP, step.path("sep").path(1));
            template(roles, step);
        }
        return roles;
    }

    /** The special tokens of a vocabulary without a tokenizer. */
    static Map<SpecialToken, Integer> bySpelling(Vocabulary vocabulary) {
        Map<SpecialToken, Integer> roles = new EnumMap<>(SpecialToken.class);
        for (SpecialToken role : SpecialToken.values()) {
            OptionalInt id = vocabulary.special(role);
            for (String spelling : role.spellings()) {
                id = id.isPresent() ? id : vocabulary.id(spelling);
            }
            id.ifPresent(i -> roles.put(role, i));
        }
        return roles;
    }

    private static void template(Map<SpecialToken, Integer> roles, ObjectNode step) {
        boolean behind = false;
        for (JsonNode piece : step.path("single")) {
            String id = piece.path("SpecialToken").path("id").asString("");
            JsonNode first = step.path("special_tokens").path(id).path("ids").path(0);
            put(roles, behind ? SpecialToken.SEP : SpecialToken.CLS, first);
            behind |= piece.has("Sequence");
        }
    }

    private static void put(Map<SpecialToken, Integer> roles, SpecialToken role, JsonNode id) {
        if (id.isInt()) {
            roles.put(role, id.intValue());
        }
    }
}
