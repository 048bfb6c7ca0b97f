package io.sinter.vocabulary;

import io.sinter.tokenizer.SpecialToken;
import org.jspecify.annotations.Nullable;

/**
 * What a token stands for.
 *
 * @param id its row
 * @param token as its tokenizer writes it, such as {@code Ġthe} or {@code ##ing}
 * @param surface the text, without marks of words or continuations: {@code the}, {@code ing}; of incomplete UTF-8, each
 *     byte as {@code <0xE4>}
 * @param place where in a word it is found
 * @param kind what it is made of
 * @param role what it is for, if it is a special token with one of these purposes
 */
public record TokenForm(
        int id,
        String token,
        String surface,
        Place place,
        Kind kind,
        @Nullable SpecialToken role) {

    /** Where in a word a token is found. */
    public enum Place {
        /** Begins a word, or is all of it. */
        START,
        /** Goes on with a word. */
        CONTINUATION,
        /** A punctuation mark or a CJK character, which stands by itself whatever is beside it. */
        ISOLATED
    }

    /** What a token is made of. */
    public enum Kind {
        /** Whole characters. */
        TEXT,
        /** Bytes that are not UTF-8 by themselves, or a byte that a tokenizer falls back to, {@code <0xE4>}. */
        BYTES,
        /** A sign that is not text: {@code [CLS]}, {@code <pad>}. */
        SPECIAL,
        /** A row kept for later use, such as {@code [unused7]}. */
        UNUSED
    }
}
