package io.sinter.wordvectors;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Fields of a line: what stands between spaces and tabs. Other white space belongs to words. */
final class Fields {

    /** Replaces bytes that are no UTF-8. */
    static final char REPLACEMENT = '\uFFFD';

    private Fields() {}

    static boolean isSeparator(byte b) {
        return b == ' ' || b == '\t';
    }

    /** The end of a line without what separates, and without a carriage return. */
    static int trimmedEnd(byte[] line, int from, int to) {
        int end = to;
        while (end > from && (isSeparator(line[end - 1]) || line[end - 1] == '\r')) {
            end--;
        }
        return end;
    }

    /** How many fields there are. */
    static int count(byte[] line, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count += !isSeparator(line[i]) && (i == from || isSeparator(line[i - 1])) ? 1 : 0;
        }
        return count;
    }

    /** Where the last field begins. */
    static int lastField(byte[] line, int from, int to) {
        int i = to;
        while (i > from && !isSeparator(line[i - 1])) {
            i--;
        }
        return i;
    }

    /** Bytes as text, with {@link #REPLACEMENT} for those that are no UTF-8. */
    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** At most 40 characters, for messages. */
    static String shorten(String text) {
        return text.length() <= 40 ? text : text.substring(0, 37) + "...";
    }

    static boolean isUtf8(byte[] bytes, int from, int to) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
