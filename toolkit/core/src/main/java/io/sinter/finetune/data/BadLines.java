package io.sinter.finetune.data;

/** What becomes of a line that is no example. */
public enum BadLines {
    /** It ends the training before it begins. */
    FATAL,
    /** It is left out, and reported. */
    SKIP
}
