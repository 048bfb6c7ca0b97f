package io.sinter.wordvectors;

import io.sinter.error.MalformedException;
import io.sinter.error.UnsupportedException;

/**
 * Reads files of word vectors.
 *
 * <p>Memory is bound by the file's size: rows are allocated for the words that a header promises only if so many fit into
 * the file; without a header lines are counted first. A word that comes again is left out, and bytes of words that are no
 * UTF-8 become U+FFFD, each with a note. All else that is not as it should be is an error with its line: too few or too
 * many numbers, numbers that are not finite, a number of words that is not the header's.
 */
public final class WordVectorsReader {

    private WordVectorsReader() {}

    /**
     * Reads everything.
     *
     * @throws MalformedException if the file is not of the format that its beginning has
     * @throws UnsupportedException if it has more words than tokenizers have ids
     */
    public static WordVectors read(WordVectorHead head) {
        long most = ByteWindow.maxBytes(head.file()) / head.leastRow() + 1;
        long capacity = head.words().orElseGet(() -> lines(head));
        if (capacity > most) {
            throw new MalformedException(
                    "%s: %,d words of %,d numbers do not fit into its %,d bytes; is the file whole, and the header right?"
                            .formatted(head.file(), capacity, head.width(), ByteWindow.maxBytes(head.file())));
        }
        if (capacity > WordVectorHead.MAX_WORDS) {
            throw new UnsupportedException("%s: %,d words, at most %,d are read; keep the most frequent ones"
                    .formatted(head.file(), capacity, WordVectorHead.MAX_WORDS));
        }
        VectorRows rows = new VectorRows(head, capacity);
        try (ByteWindow bytes = ByteWindow.open(head.file())) {
            switch (head.format()) {
                case WORD2VEC_BINARY -> new BinaryRows(head, bytes, rows).read();
                case WORD2VEC, GLOVE, FASTTEXT -> new TextRows(head, bytes, rows).read();
            }
        }
        return rows.finish();
    }

    private static long lines(WordVectorHead head) {
        try (ByteWindow bytes = ByteWindow.open(head.file())) {
            return TextRows.countLines(bytes);
        }
    }
}
