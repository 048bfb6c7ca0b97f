package io.sinter.vocabulary;

import io.sinter.tokenizer.TokenizerJson;
import java.util.List;

/**
 * A tokenizer made of others.
 *
 * @param tokenizer valid for Hugging Face's library
 * @param baseRows for each of its ids the base's id, or -1 for a token that the base lacks
 * @param notes what was added, what was left out and why, what is cut differently; with counts and examples
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record TargetTokenizer(TokenizerJson tokenizer, int[] baseRows, List<String> notes) {

    /** Copies the list. */
    public TargetTokenizer {
        notes = List.copyOf(notes);
    }
}
