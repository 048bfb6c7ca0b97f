package io.sinter.vocabulary;

import io.sinter.tokenizer.TokenizerJson;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The tokens that a base gets, with the ids behind its own. */
final class NewTokens {

    private final TokenizerJson base;
    private final ObjectNode json;
    private final Map<String, Integer> added = new LinkedHashMap<>();
    private final Map<String, Integer> cutOut = new LinkedHashMap<>();

    /**
     * Nothing added yet.
     *
     * @param json the base's parts, which {@link #finish} changes
     */
    NewTokens(TokenizerJson base, ObjectNode json) {
        this.base = base;
        this.json = json;
    }

    TokenizerJson base() {
        return base;
    }

    ObjectNode json() {
        return json;
    }

    ObjectNode model() {
        return (ObjectNode) json.path("model");
    }

    boolean has(String token) {
        return base.vocabulary().ids().containsKey(token) || added.containsKey(token) || cutOut.containsKey(token);
    }

    /** Adds a token to the model, unless it is there. */
    void add(String token) {
        if (!has(token)) {
            added.put(token, next());
        }
    }

    /** Adds a token that is cut out of texts before the model sees them. */
    void addCutOut(String content) {
        if (!has(content)) {
            cutOut.put(content, next());
        }
    }

    /** Takes the last of {@link #add} back. */
    void remove(String token) {
        added.remove(token);
    }

    private int next() {
        return base.vocabulary().rowsNeeded() + added.size() + cutOut.size();
    }

    /** Writes the tokens into the parts: the base's own added tokens go into the model too, so that ids stay. */
    ObjectNode finish(double score) {
        Map<String, Integer> all = new LinkedHashMap<>();
        for (JsonNode entry : json.path("added_tokens")) {
            all.put(entry.path("content").stringValue(), entry.path("id").intValue());
        }
        all.putAll(added);
        cutOut.forEach((content, id) -> {
            all.put(content, id);
            json.withArray("added_tokens")
                    .addObject()
                    .put("id", id)
                    .put("content", content)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", true)
                    .put("special", false);
        });
        if (model().path("vocab") instanceof ObjectNode vocab) {
            all.forEach((token, id) -> {
                if (!vocab.has(token)) {
                    vocab.put(token, id);
                }
            });
        } else {
            pieces((ArrayNode) model().path("vocab"), all, score);
        }
        return json;
    }

    /** Ids of pieces are places in the list. */
    private void pieces(ArrayNode vocab, Map<String, Integer> all, double score) {
        Map<Integer, String> byId = new TreeMap<>();
        all.forEach((token, id) -> byId.put(id, token));
        byId.forEach((id, token) -> {
            if (id == vocab.size()) {
                double value = added.containsKey(token) ? score : Renumbering.LAST_RESORT;
                vocab.addArray().add(token).add(value);
            }
        });
    }
}
