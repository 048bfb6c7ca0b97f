package io.sinter.wordvectors;

import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;

/**
 * Words and their vectors.
 *
 * @param words V distinct words
 * @param rows float32 {@code [V + 1, d]}: a vector a word, then one of zeros, for words that are not there
 * @param notes what was tolerated in the file, for users
 */
public record WordVectors(List<String> words, TensorData rows, List<String> notes) {

    /** Copies the lists, and checks that there is a row for each word. */
    public WordVectors {
        words = List.copyOf(words);
        notes = List.copyOf(notes);
        if (rows.dtype() != DType.FLOAT || rows.rank() != 2 || rows.dim(0) != words.size() + 1) {
            throw new IllegalArgumentException("%d words, rows %s".formatted(words.size(), rows.describe()));
        }
    }

    /** The vectors of the words alone, float32 {@code [V, d]}. */
    public TensorData vectors() {
        return rows.rows(0, words.size());
    }
}
