package io.sinter.wordvectors;

/** How a file holds word vectors. */
public enum WordVectorFormat {
    /** A line {@code V d}, then a word and d decimal numbers a line. */
    WORD2VEC("word2vec text", ".txt"),
    /** A line {@code V d}, then V times a word, a space, d little-endian float32, and mostly a line feed. */
    WORD2VEC_BINARY("word2vec binary", ".bin"),
    /** A word and d decimal numbers a line. */
    GLOVE("GloVe text", ".txt"),
    /** As {@link #WORD2VEC}, in a file that ends in {@code .vec}. */
    FASTTEXT("fastText .vec text", ".vec");

    private final String label;
    private final String extension;

    WordVectorFormat(String label, String extension) {
        this.label = label;
        this.extension = extension;
    }

    /** What it is called in messages. */
    public String label() {
        return label;
    }

    /** What names of such files end with. */
    public String extension() {
        return extension;
    }
}
