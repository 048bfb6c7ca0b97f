package io.sinter.wordvectors;

import io.sinter.error.MalformedException;

/** Reads a word and d decimal numbers a line. A word may have spaces in it: the last d fields are the numbers. */
final class TextRows {

    /** A number of more bytes than this is none. */
    private static final int MAX_NUMBER = 64;

    private final WordVectorHead head;
    private final ByteWindow bytes;
    private final VectorRows rows;
    private final float[] vector;
    private long line;
    private int begin;

    TextRows(WordVectorHead head, ByteWindow bytes, VectorRows rows) {
        this.head = head;
        this.bytes = bytes;
        this.rows = rows;
        this.vector = new float[head.width()];
    }

    /** How many lines a file has; one without a line feed at its end counts. */
    static long countLines(ByteWindow bytes) {
        long lines = 0;
        byte last = '\n';
        while (bytes.require(1)) {
            byte[] buffer = bytes.buffer();
            for (int i = bytes.from(); i < bytes.to(); i++) {
                lines += buffer[i] == '\n' ? 1 : 0;
            }
            last = buffer[bytes.to() - 1];
            bytes.moveTo(bytes.to());
        }
        return last == '\n' ? lines : lines + 1;
    }

    /** Reads all rows. */
    void read() {
        if (head.words().isPresent()) {
            next();
        }
        long expected = head.words().orElse(Long.MAX_VALUE);
        long found = 0;
        long blank = 0;
        for (int end = next(); end >= 0; end = next()) {
            if (Fields.trimmedEnd(bytes.buffer(), begin, end) == begin) {
                blank = blank == 0 ? line : blank;
                continue;
            }
            if (blank > 0) {
                throw new MalformedException("%s:%d: an empty line, expected a word and %d numbers"
                        .formatted(head.file(), blank, head.width()));
            }
            if (++found > expected) {
                throw new MalformedException("%s: more words than the %,d that its header says; correct the header"
                        .formatted(where(), expected));
            }
            row(begin, Fields.trimmedEnd(bytes.buffer(), begin, end));
        }
        if (head.words().isPresent() && found < expected) {
            throw new MalformedException(
                    "%s: %,d words, but its header says %,d; is the file whole? If so, correct the header"
                            .formatted(head.file(), found, expected));
        }
    }

    /** Goes on to the next line, and gives its end; −1 behind the last. */
    private int next() {
        line++;
        int end = bytes.lineEnd(where());
        begin = bytes.from();
        if (end >= 0) {
            bytes.moveTo(Math.min(end + 1, bytes.to()));
        }
        return end;
    }

    private void row(int from, int to) {
        byte[] buffer = bytes.buffer();
        int end = to;
        for (int k = head.width() - 1; k >= 0; k--) {
            if (end == from) {
                throw shorter(Fields.count(buffer, from, to));
            }
            int field = Fields.lastField(buffer, from, end);
            vector[k] = end - field > MAX_NUMBER ? Float.NaN : Decimals.parse(buffer, field, end);
            if (Float.isNaN(vector[k])) {
                throw noNumber(from, to, k, Fields.text(buffer, field, Math.min(end, field + 80)));
            }
            end = Fields.trimmedEnd(buffer, from, field);
        }
        if (end == from) {
            throw shorter(head.width());
        }
        int last = Fields.lastField(buffer, from, end);
        if (last > from && !Float.isNaN(Decimals.parse(buffer, last, end))) {
            throw new MalformedException(
                    "%s: %d fields, and the one before the last %d is a number too; expected a word and %d numbers"
                            .formatted(where(), Fields.count(buffer, from, to), head.width(), head.width()));
        }
        int word = from;
        while (Fields.isSeparator(buffer[word])) {
            word++;
        }
        rows.add(buffer, word, end, where(), vector);
    }

    private MalformedException shorter(int fields) {
        return new MalformedException("%s: %d fields, expected a word and %d numbers; is the line cut off?"
                .formatted(where(), fields, head.width()));
    }

    private MalformedException noNumber(int from, int to, int k, String got) {
        int fields = Fields.count(bytes.buffer(), from, to);
        if (fields < head.width() + 1) {
            return shorter(fields);
        }
        return new MalformedException("%s: number %d of %d: got \"%s\", expected a finite decimal number"
                .formatted(where(), k + 1, head.width(), Fields.shorten(got)));
    }

    private String where() {
        return head.file() + ":" + line;
    }
}
