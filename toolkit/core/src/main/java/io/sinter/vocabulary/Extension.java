package io.sinter.vocabulary;

import io.sinter.error.UnsupportedException;
import io.sinter.tokenizer.TokenizerJson;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A model that takes more tokens, one class a kind of model. */
interface Extension {

    /**
     * Whether the base writes a token's text by itself, or may write a longer word with that text in such a way that
     * the token would change how: such a token is no gain, or changes what was good.
     */
    boolean covers(Candidate candidate);

    /**
     * Takes a token.
     *
     * @return whether it could be taken
     */
    boolean add(Candidate candidate);

    /** Whether the union has a token. */
    boolean has(String token);

    /** The model with the added tokens; ids go on where the base's end. */
    ObjectNode finish();

    /**
     * The extension for a base's model.
     *
     * @param others whose tokens it will be given
     */
    static Extension of(TokenizerJson base, List<TokenForms> others, Add add) {
        ObjectNode json = base.json();
        Notation notation = Notation.of(json);
        String type = json.path("model").path("type").asString("");
        boolean unigram = json.path("model").path("vocab").isArray();
        boolean merges = json.path("model").has("merges");
        NewTokens tokens = new NewTokens(base, json);
        if (unigram) {
            return new UnigramExtension(tokens, add);
        }
        if (merges) {
            if (notation instanceof Notation.Continuations) {
                throw new UnsupportedException(
                        "%s: byte-pair encoding with a prefix for continuations is not extended; take another model as the base"
                                .formatted(base.file()));
            }
            return new BpeExtension(tokens, others, add);
        }
        return notation instanceof Notation.Continuations prefixed && !type.equals("WordLevel")
                ? new WordPieceExtension(tokens, prefixed)
                : new WordLevelExtension(tokens);
    }
}
