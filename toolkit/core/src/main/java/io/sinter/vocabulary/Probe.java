package io.sinter.vocabulary;

import io.sinter.tokenizer.TokenizerJson;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds out which tokens a tokenizer could write if its model had them: its normaliser must leave their text as it is, and
 * its pre-tokenizer in one piece. The tokenizer's own parts are run with a model that knows the tokens as whole words.
 */
final class Probe {

    private static final String UNKNOWN = "\u0001unknown";

    private Probe() {}

    /** Those of some candidates that reach the model whole. */
    static List<Candidate> reachable(TokenizerJson base, Notation notation, List<Candidate> candidates) {
        if (candidates.isEmpty()) {
            return List.of();
        }
        ObjectNode json = base.json();
        ObjectNode vocab = JsonNodeFactory.instance.objectNode().put(UNKNOWN, 0);
        for (JsonNode entry : json.path("added_tokens")) {
            String content = entry.path("content").stringValue();
            if (!vocab.has(content)) {
                vocab.put(content, vocab.size());
            }
            ((ObjectNode) entry).set("id", vocab.path(content));
        }
        for (Candidate candidate : candidates) {
            String seen = notation.seenByModel(candidate.token());
            if (!vocab.has(seen)) {
                vocab.put(seen, vocab.size());
            }
        }
        json.putObject("model")
                .put("type", "WordLevel")
                .put("unk_token", UNKNOWN)
                .set("vocab", vocab);
        json.putNull("post_processor");
        json.putNull("padding");
        json.putNull("truncation");
        List<Candidate> reachable = new ArrayList<>();
        try (PieceTexts texts = new PieceTexts(TokenizerJson.of(base.file(), json))) {
            List<Composition> pieces =
                    texts.write(candidates.stream().map(Candidate::form).toList());
            for (int i = 0; i < pieces.size(); i++) {
                int[] rows = pieces.get(i).rows();
                String seen = notation.seenByModel(candidates.get(i).token());
                if (rows.length == 1 && rows[0] == vocab.path(seen).intValue()) {
                    reachable.add(candidates.get(i));
                }
            }
        }
        return reachable;
    }
}
