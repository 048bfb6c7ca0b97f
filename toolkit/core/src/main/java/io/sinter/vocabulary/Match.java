package io.sinter.vocabulary;

/** How well a token of another vocabulary stands for a token; the best first. */
public enum Match {
    /** The same text at the same place of a word, however it is written: {@code ##ing} and byte-level {@code ing}. */
    EXACT,
    /**
     * The same text without accents and differences of width, or a sign or number at another place of a word ({@code ,}
     * and {@code Ġ,}), or a character and its byte ({@code <0x41>} and {@code A}).
     */
    NORMALIZED,
    /** The same but for capitals, and for compatibility characters (NFKC: {@code ①} and {@code 1}). */
    CASE,
    /** A special token of the same purpose under another name: {@code [CLS]} and {@code <s>}. */
    ROLE,
    /** None. */
    NONE
}
