package io.sinter.vocabulary;

import io.sinter.error.IncompatibleException;
import io.sinter.tokenizer.TokenizerJson;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * New ids for the tokens of a {@code tokenizer.json}, wherever it has ids: vocabulary, added tokens, post-processor,
 * padding. The library numbers added tokens that the vocabulary lacks by itself, behind the vocabulary: where they are to
 * have other ids, they go into the vocabulary too.
 */
final class Renumbering {

    /** A score at which a piece is never taken where others will do: a million pieces at -1000 are worth more. */
    static final double LAST_RESORT = -1e9;

    private final TokenizerJson tokenizer;
    private final int[] newIds;
    private final ObjectNode json;
    private final ObjectNode model;

    private Renumbering(TokenizerJson tokenizer, int[] newIds) {
        this.tokenizer = tokenizer;
        this.newIds = newIds;
        this.json = tokenizer.json();
        this.model = (ObjectNode) json.path("model");
    }

    /**
     * Renames ids.
     *
     * @param newIds by old id; -1 for tokens that go away
     * @throws IncompatibleException if the ids of a Unigram model, which are places in a list, would have holes
     */
    static ObjectNode apply(TokenizerJson tokenizer, int[] newIds) {
        Renumbering renumbering = new Renumbering(tokenizer, newIds);
        Map<Integer, ObjectNode> added = renumbering.addedTokens();
        if (renumbering.model.path("vocab").isObject()) {
            renumbering.words(added);
        } else {
            renumbering.pieces(added);
        }
        renumbering.postProcessor();
        JsonNode pad = renumbering.json.path("padding").path("pad_id");
        if (pad.isInt() && renumbering.json.path("padding") instanceof ObjectNode padding) {
            padding.put("pad_id", renumbering.id(pad));
        }
        return renumbering.json;
    }

    private int id(JsonNode old) {
        return newIds[old.intValue()];
    }

    private Map<Integer, ObjectNode> addedTokens() {
        Map<Integer, ObjectNode> byId = new TreeMap<>();
        for (JsonNode entry : json.path("added_tokens")) {
            if (id(entry.path("id")) >= 0) {
                byId.put(id(entry.path("id")), ((ObjectNode) entry).put("id", id(entry.path("id"))));
            }
        }
        json.putArray("added_tokens").addAll(byId.values());
        return byId;
    }

    private void words(Map<Integer, ObjectNode> added) {
        Map<Integer, String> byId = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : model.path("vocab").properties()) {
            if (id(entry.getValue()) >= 0) {
                byId.put(id(entry.getValue()), entry.getKey());
            }
        }
        if (!followInOrder(byId, added)) {
            added.forEach((id, entry) -> byId.put(id, entry.path("content").stringValue()));
        }
        ObjectNode vocab = model.putObject("vocab");
        byId.forEach((id, token) -> vocab.put(token, id));
    }

    private void pieces(Map<Integer, ObjectNode> added) {
        Map<Integer, JsonNode> byId = new TreeMap<>();
        int old = 0;
        for (JsonNode piece : model.path("vocab")) {
            int id = newIds[old++];
            if (id >= 0) {
                byId.put(id, piece);
            }
        }
        ArrayNode vocab = model.putArray("vocab");
        if (!followInOrder(byId, added)) {
            added.forEach((id, entry) -> byId.computeIfAbsent(
                    id,
                    i -> vocab.arrayNode()
                            .add(entry.path("content").stringValue())
                            .add(LAST_RESORT)));
        }
        byId.forEach((id, piece) -> {
            if (id != vocab.size()) {
                throw new IncompatibleException(
                        "%s: no token has id %d; ids of a Unigram model are places in its list, so new ids must have no holes"
                                .formatted(tokenizer.file(), vocab.size()));
            }
            vocab.add(piece);
        });
        if (model.path("unk_id").isInt()) {
            model.put("unk_id", id(model.path("unk_id")));
        }
    }

    /** Whether the added tokens that the vocabulary lacks have the ids that the library gives them. */
    private static boolean followInOrder(Map<Integer, ?> vocabulary, Map<Integer, ObjectNode> added) {
        int next = vocabulary.size();
        for (int id : added.keySet()) {
            if (!vocabulary.containsKey(id) && id != next++) {
                return false;
            }
        }
        return true;
    }

    private void postProcessor() {
        for (ObjectNode step : Parts.steps(json.path("post_processor"))) {
            for (String end : new String[] {"cls", "sep"}) {
                if (step.path(end) instanceof ArrayNode pair && pair.path(1).isInt()) {
                    pair.set(1, id(pair.path(1)));
                }
            }
            for (JsonNode token : step.path("special_tokens")) {
                ArrayNode ids = (ArrayNode) token.path("ids");
                for (int i = 0; i < ids.size(); i++) {
                    ids.set(i, id(ids.get(i)));
                }
            }
        }
    }
}
