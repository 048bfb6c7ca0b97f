package io.sinter.vocabulary;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Unigram: the pieces whose scores add up to the most. Pieces that only fill gaps get a score so low that any way to write
 * a text with the base's own is better; pieces of {@link Add#ALL} get the base's lowest.
 */
final class UnigramExtension implements Extension {

    private final NewTokens tokens;
    private final double score;
    private final Set<String> own = new HashSet<>();
    private int longest = 1;

    UnigramExtension(NewTokens tokens, Add add) {
        this.tokens = tokens;
        for (TokenForm form : TokenForms.of(tokens.base()).ofKind(TokenForm.Kind.TEXT)) {
            own.add(form.token());
            longest = Math.max(longest, form.token().length());
        }
        this.score = switch (add) {
            case UNCOVERED -> Renumbering.LAST_RESORT;
            case ALL -> lowest(tokens.model().path("vocab"));
        };
    }

    private static double lowest(JsonNode vocab) {
        return vocab.valueStream()
                .mapToDouble(piece -> piece.get(1).doubleValue())
                .filter(score -> score > Renumbering.LAST_RESORT)
                .min()
                .orElse(0);
    }

    /** Whether the base's pieces can be put together to the text. */
    @Override
    public boolean covers(Candidate candidate) {
        String text = candidate.token();
        boolean[] reached = new boolean[text.length() + 1];
        reached[0] = true;
        for (int end = 1; end <= text.length(); end++) {
            for (int from = Math.max(0, end - longest); from < end && !reached[end]; from++) {
                reached[end] = reached[from] && own.contains(text.substring(from, end));
            }
        }
        return reached[text.length()];
    }

    @Override
    public boolean add(Candidate candidate) {
        tokens.add(candidate.token());
        return true;
    }

    @Override
    public boolean has(String token) {
        return tokens.has(token);
    }

    @Override
    public ObjectNode finish() {
        return tokens.finish(score);
    }
}
