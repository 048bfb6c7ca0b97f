package io.sinter.vocabulary;

/** Which tokens of others a union takes. */
public enum Add {
    /**
     * Those whose text the base cannot write without unknown tokens or single bytes of a character. What it wrote
     * without them is cut as before.
     */
    UNCOVERED,
    /** All that can be written in the base's way. Words that the base cut into pieces may then be one token. */
    ALL
}
