package io.sinter.wordvectors;

import io.sinter.error.MalformedException;
import io.sinter.error.UnsupportedException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What the beginning of a file of word vectors says: its format is told from its contents, never from its name alone.
 *
 * @param file where it is
 * @param format of it
 * @param packing {@code gzipped}, or nothing
 * @param words that the header promises; empty for GloVe's format, which has none
 * @param width of a vector, d
 */
public record WordVectorHead(Path file, WordVectorFormat format, String packing, OptionalLong words, int width) {

    /** Most words: ids of tokens are below 2²⁴, and one more row stands for words that are not there. */
    static final long MAX_WORDS = (1 << 24) - 1;

    /** Most numbers of a vector. */
    static final int MAX_WIDTH = 1 << 14;

    /** Most bytes of a word. */
    static final int MAX_WORD = 4096;

    /** Lines that tell the width where there is no header. */
    private static final int SAMPLE = 100;

    /** First bytes of fastText's own models: 793712314, little-endian. */
    private static final int FASTTEXT_MAGIC = 0xBA164F2F;

    /**
     * Looks at the beginning of a file: a header or none, and whether what follows is text or bytes.
     *
     * @throws MalformedException if it is in none of the formats, or could be in two; says what was looked at
     */
    public static WordVectorHead read(Path file) {
        try (ByteWindow bytes = ByteWindow.open(file)) {
            String packing = ByteWindow.isPacked(file) ? "gzipped" : "";
            if (!bytes.require(1)) {
                throw new MalformedException(file + ": is empty, expected word vectors");
            }
            refuseOthers(file, bytes);
            int end = bytes.lineEnd(file + ":1");
            byte[] line = bytes.buffer();
            int trimmed = Fields.trimmedEnd(line, bytes.from(), end);
            long[] header = header(line, bytes.from(), trimmed);
            if (header.length == 0) {
                return new WordVectorHead(
                        file, WordVectorFormat.GLOVE, packing, OptionalLong.empty(), width(file, bytes));
            }
            bytes.moveTo(Math.min(end + 1, bytes.to()));
            return withHeader(file, bytes, header, packing);
        }
    }

    /** The format and how it is packed, in words. */
    public String describe() {
        return packing.isEmpty() ? format.label() : format.label() + ", " + packing;
    }

    /** Bytes that the least row takes: a word of one byte, and d numbers. */
    long leastRow() {
        return switch (format) {
            case WORD2VEC_BINARY -> 2 + 4L * width;
            case WORD2VEC, GLOVE, FASTTEXT -> 2 + 2L * width;
        };
    }

    private static void refuseOthers(Path file, ByteWindow bytes) {
        if (!bytes.require(4)) {
            return;
        }
        byte[] b = bytes.buffer();
        int magic = (b[0] & 0xFF) << 24 | (b[1] & 0xFF) << 16 | (b[2] & 0xFF) << 8 | (b[3] & 0xFF);
        if (magic == FASTTEXT_MAGIC) {
            throw new UnsupportedException(
                    file + ": is fastText's own model, which is not read; give the .vec file that is made with it");
        }
        if (magic == 0x504B0304) {
            throw new UnsupportedException(
                    file
                            + ": is a zip archive, no word vectors; unpack it, or if it is a PyTorch checkpoint, save that as safetensors");
        }
    }

    /** Two whole numbers, or nothing. */
    private static long[] header(byte[] line, int from, int to) {
        String[] fields = Fields.text(line, from, Math.min(to, from + 64)).split("[ \t]+");
        boolean numbers = fields.length == 2 && fields[0].matches("\\d{1,15}") && fields[1].matches("\\d{1,15}");
        return numbers ? new long[] {Long.parseLong(fields[0]), Long.parseLong(fields[1])} : new long[0];
    }

    private static WordVectorHead withHeader(Path file, ByteWindow bytes, long[] header, String packing) {
        String says = "%s:1: the header says %,d words of %,d numbers".formatted(file, header[0], header[1]);
        if (header[0] < 1 || header[0] > MAX_WORDS || header[1] < 1 || header[1] > MAX_WIDTH) {
            throw new MalformedException(
                    "%s; expected 1 to %,d words and 1 to %,d numbers".formatted(says, MAX_WORDS, MAX_WIDTH));
        }
        int width = (int) header[1];
        bytes.require(ByteWindow.SIZE);
        int end = firstLineEnd(bytes);
        if (end == bytes.from()) {
            throw new MalformedException(says + ", but nothing follows; is the file whole?");
        }
        int trimmed = Fields.trimmedEnd(bytes.buffer(), bytes.from(), end);
        boolean text = isRow(bytes.buffer(), bytes.from(), trimmed, width);
        boolean binary = !text && isBinary(bytes, width);
        if (text && width == 1) {
            throw new MalformedException(
                    "%s, but the first line could be a word and a number too, and the second is both; vectors of one number are read without a header or as word2vec binary only"
                            .formatted(says));
        }
        if (!text && !binary) {
            throw new MalformedException(
                    "%s; looked at what follows: as text its second line has %d fields and not a word and %d numbers, as bytes there is no word of at most %d bytes, a space and %d finite float32; is the header right, and the file whole?"
                            .formatted(
                                    says, Fields.count(bytes.buffer(), bytes.from(), trimmed), width, MAX_WORD, width));
        }
        return new WordVectorHead(file, withHeader(file, binary), packing, OptionalLong.of(header[0]), width);
    }

    private static WordVectorFormat withHeader(Path file, boolean binary) {
        if (binary) {
            return WordVectorFormat.WORD2VEC_BINARY;
        }
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".vec") || name.endsWith(".vec.gz")
                ? WordVectorFormat.FASTTEXT
                : WordVectorFormat.WORD2VEC;
    }

    /** The end of the line that begins where the bytes do; of bytes without a line feed, their end. */
    private static int firstLineEnd(ByteWindow bytes) {
        int end = bytes.from();
        while (end < bytes.to() && bytes.buffer()[end] != '\n') {
            end++;
        }
        return end;
    }

    /** Whether a line is a word and so many numbers; the word may have spaces in it. */
    private static boolean isRow(byte[] line, int from, int to, int width) {
        int end = to;
        for (int k = 0; k < width; k++) {
            int field = Fields.lastField(line, from, end);
            if (Float.isNaN(Decimals.parse(line, field, end))) {
                return false;
            }
            end = Fields.trimmedEnd(line, from, field);
        }
        return end > from;
    }

    /** Whether a word, a space and finite float32 follow, which are not all bytes that decimal numbers have too. */
    private static boolean isBinary(ByteWindow bytes, int width) {
        byte[] b = bytes.buffer();
        int begin = bytes.from();
        while (begin < bytes.to() && b[begin] == '\n') {
            begin++;
        }
        int space = begin;
        while (space < bytes.to() && space - begin <= MAX_WORD && b[space] != ' ' && b[space] != '\n') {
            space++;
        }
        int end = space + 1 + 4 * width;
        if (space == begin || end > bytes.to() || b[space] != ' ') {
            return false;
        }
        boolean decimals = true;
        for (int i = space + 1; i < end; i++) {
            decimals &= (b[i] >= '0' && b[i] <= '9') || "+-.eE \t\r\n".indexOf(b[i]) >= 0;
        }
        return !decimals && BinaryRows.firstNotFinite(b, space + 1, width) < 0;
    }

    /** The least number of fields behind the first of the first lines: words can have spaces, so that some have more. */
    private static int width(Path file, ByteWindow bytes) {
        int least = Integer.MAX_VALUE;
        for (int n = 1; n <= SAMPLE; n++) {
            int end = bytes.lineEnd(file + ":" + n);
            if (end < 0) {
                break;
            }
            int trimmed = Fields.trimmedEnd(bytes.buffer(), bytes.from(), end);
            int fields = Fields.count(bytes.buffer(), bytes.from(), trimmed) - 1;
            if (n == 1 && (fields < 1 || !isRow(bytes.buffer(), bytes.from(), trimmed, 1))) {
                throw new MalformedException(
                        "%s:1: got \"%s\", expected a header of two whole numbers (word2vec, fastText) or a word and numbers (GloVe); is it word vectors?"
                                .formatted(
                                        file,
                                        Fields.shorten(Fields.text(
                                                bytes.buffer(), bytes.from(), Math.min(trimmed, bytes.from() + 80)))));
            }
            least = fields < 0 ? least : Math.min(least, fields);
            bytes.moveTo(Math.min(end + 1, bytes.to()));
        }
        if (least < 1 || least > MAX_WIDTH) {
            throw new MalformedException(
                    "%s: no header, and the shortest of its first lines has %d numbers; expected 1 to %,d"
                            .formatted(file, least, MAX_WIDTH));
        }
        return least;
    }
}
