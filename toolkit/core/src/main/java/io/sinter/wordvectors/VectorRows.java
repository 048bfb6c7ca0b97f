package io.sinter.wordvectors;

import io.sinter.error.MalformedException;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Words and vectors as they are read: of a word that comes again, the first vector stays. */
final class VectorRows {

    private final WordVectorHead head;
    private final TensorData rows;
    private final Map<String, Integer> seen;
    private final List<String> words = new ArrayList<>();
    private long repeated;
    private String firstRepeated = "";
    private long replaced;
    private String firstReplaced = "";

    /** Room for so many words and the row of zeros. */
    VectorRows(WordVectorHead head, long capacity) {
        this.head = head;
        this.rows = TensorData.allocate(DType.FLOAT, List.of(capacity + 1, (long) head.width()));
        this.seen = HashMap.newHashMap((int) Math.min(capacity, 1 << 20));
    }

    /**
     * Adds a word, whose bytes are {@code bytes[from, to)}.
     *
     * @param where of it, for messages
     */
    void add(byte[] bytes, int from, int to, String where, float[] vector) {
        if (to - from > WordVectorHead.MAX_WORD) {
            throw new MalformedException("%s: a word of %,d bytes, expected at most %,d"
                    .formatted(where, to - from, WordVectorHead.MAX_WORD));
        }
        String word = Fields.text(bytes, from, to);
        if (word.indexOf(Fields.REPLACEMENT) >= 0 && !Fields.isUtf8(bytes, from, to)) {
            firstReplaced = replaced == 0 ? where : firstReplaced;
            replaced++;
        }
        if (seen.putIfAbsent(word, words.size()) != null) {
            firstRepeated = repeated == 0 ? "\"%s\", %s".formatted(Fields.shorten(word), where) : firstRepeated;
            repeated++;
            return;
        }
        long row = words.size();
        MemorySegment.copy(vector, 0, rows.data(), TensorData.F32, row * head.width() * Float.BYTES, head.width());
        words.add(word);
    }

    /** Everything that was added. */
    WordVectors finish() {
        List<String> notes = new ArrayList<>();
        if (repeated > 0) {
            notes.add("%,d lines repeat a word (the first: %s); the first vector of a word is kept"
                    .formatted(repeated, firstRepeated));
        }
        if (replaced > 0) {
            notes.add("%,d words are not UTF-8 (the first: %s); what is wrong in them is replaced by U+FFFD"
                    .formatted(replaced, firstReplaced));
        }
        return new WordVectors(words, rows.rows(0, words.size() + 1L), notes);
    }
}
