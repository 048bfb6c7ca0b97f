package io.sinter.vocabulary;

import io.sinter.tokenizer.TokenizerJson;
import io.sinter.tokenizer.Vocabulary;
import java.util.HashSet;
import java.util.Set;

/** A tokenizer under other ids: it cuts texts as before. */
public final class TokenizerPermutation {

    private TokenizerPermutation() {}

    /**
     * Renames the ids of all tokens, wherever {@code tokenizer.json} has them.
     *
     * @param newIdOfOldId new ids, distinct for ids that have a token; others are not looked at
     * @throws io.sinter.error.IncompatibleException if ids of a Unigram model, which are places in a list, have holes
     * @throws IllegalArgumentException if ids are missing, negative or given twice
     */
    public static TokenizerJson of(TokenizerJson tokenizer, int[] newIdOfOldId) {
        Vocabulary vocabulary = tokenizer.vocabulary();
        if (newIdOfOldId.length < vocabulary.rowsNeeded()) {
            throw new IllegalArgumentException(
                    "newIdOfOldId: got %d ids, expected %d".formatted(newIdOfOldId.length, vocabulary.rowsNeeded()));
        }
        Set<Integer> taken = new HashSet<>();
        vocabulary.ids().forEach((token, id) -> {
            if (newIdOfOldId[id] < 0 || !taken.add(newIdOfOldId[id])) {
                throw new IllegalArgumentException(
                        "newIdOfOldId: token \"%s\": got %d, expected an id that no other has"
                                .formatted(token, newIdOfOldId[id]));
            }
        });
        return TokenizerJson.of(tokenizer.file(), Renumbering.apply(tokenizer, newIdOfOldId));
    }
}
