package io.sinter.merge;

import io.sinter.tokenizer.TokenizerJson;
import io.sinter.tokenizer.Vocabulary;
import java.util.List;
import java.util.Optional;

/**
 * Which tokens the result has, and which rows of the sources stand for them.
 *
 * @param rows of the merged table
 * @param owner number of the source whose tokenizer the result has, or whose tokenizer it was made from
 * @param tokenizer where it is not the owner's own
 * @param sources for each source its rows
 * @param tokens for each source what its rows stand for; empty where the vocabularies are the same
 * @param matches for each source how its tokens were found; empty where the vocabularies are the same
 * @param notes what a user should know
 */
record VocabularyPlan(
        int rows,
        int owner,
        Optional<TokenizerJson> tokenizer,
        List<SourceRows> sources,
        List<SourceTokens> tokens,
        List<VocabularyMatch> matches,
        List<String> notes) {

    /** Copies the lists. */
    VocabularyPlan {
        sources = List.copyOf(sources);
        tokens = List.copyOf(tokens);
        matches = List.copyOf(matches);
        notes = List.copyOf(notes);
    }

    /** Whether models of other vocabularies were brought together, so that the body's ids may have changed. */
    boolean isChanged() {
        return !tokens.isEmpty();
    }

    /**
     * The tokens and ids of the result.
     *
     * @throws IllegalStateException if the models have the same, of which nothing is kept here
     */
    Vocabulary vocabulary() {
        if (tokens.isEmpty()) {
            throw new IllegalStateException("the vocabulary is the owner's");
        }
        return tokenizer
                .map(TokenizerJson::vocabulary)
                .orElseGet(() -> tokens.get(owner).vocabulary());
    }
}
