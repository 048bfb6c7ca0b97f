package io.sinter.wordvectors;

import io.sinter.error.MalformedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads a word, a space, d little-endian float32, and a line feed if there is one, V times. */
final class BinaryRows {

    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    private final WordVectorHead head;
    private final ByteWindow bytes;
    private final VectorRows rows;

    BinaryRows(WordVectorHead head, ByteWindow bytes, VectorRows rows) {
        this.head = head;
        this.bytes = bytes;
        this.rows = rows;
    }

    /** Which of the floats from an index on is not finite; −1 if all are. */
    static int firstNotFinite(byte[] bytes, int from, int count) {
        for (int k = 0; k < count; k++) {
            if (!Float.isFinite((float) FLOAT.get(bytes, from + k * Float.BYTES))) {
                return k;
            }
        }
        return -1;
    }

    /** Reads all rows. */
    void read() {
        long words = head.words().orElseThrow();
        bytes.moveTo(bytes.lineEnd(head.file() + ":1") + 1);
        float[] vector = new float[head.width()];
        for (long n = 1; n <= words; n++) {
            skipLineFeeds();
            long at = bytes.position();
            String where = "%s: word %,d, byte %,d".formatted(head.file(), n, at);
            int length = wordLength(where, n, words);
            int notFinite = firstNotFinite(bytes.buffer(), bytes.from() + length + 1, head.width());
            if (notFinite >= 0) {
                throw new MalformedException("%s: number %d of %d is not finite; expected finite float32"
                        .formatted(where, notFinite + 1, head.width()));
            }
            int numbers = bytes.from() + length + 1;
            for (int k = 0; k < vector.length; k++) {
                vector[k] = (float) FLOAT.get(bytes.buffer(), numbers + k * Float.BYTES);
            }
            rows.add(bytes.buffer(), bytes.from(), bytes.from() + length, where, vector);
            bytes.moveTo(numbers + vector.length * Float.BYTES);
        }
        skipLineFeeds();
        if (bytes.require(1)) {
            throw new MalformedException(
                    "%s: byte %,d: goes on behind the %,d words that its header says; correct the header"
                            .formatted(head.file(), bytes.position(), words));
        }
    }

    private void skipLineFeeds() {
        while (bytes.require(1) && bytes.buffer()[bytes.from()] == '\n') {
            bytes.moveTo(bytes.from() + 1);
        }
    }

    /** Bytes of the word, behind which a space and all numbers are in the buffer. */
    private int wordLength(String where, long n, long words) {
        int length = 0;
        while (length <= WordVectorHead.MAX_WORD
                && bytes.require(length + 1)
                && bytes.buffer()[bytes.from() + length] != ' ') {
            length++;
        }
        if (length == 0 && bytes.require(1)) {
            throw new MalformedException(where + ": no word before the space; is the width in the header right?");
        }
        if (length > WordVectorHead.MAX_WORD) {
            throw new MalformedException("%s: no space within %,d bytes, so no word; is the width in the header right?"
                    .formatted(where, WordVectorHead.MAX_WORD));
        }
        if (!bytes.require(length + 1 + head.width() * Float.BYTES)) {
            throw new MalformedException("%s: the file ends in word %,d of the %,d that its header says; is it whole?"
                    .formatted(where, n, words));
        }
        return length;
    }
}
