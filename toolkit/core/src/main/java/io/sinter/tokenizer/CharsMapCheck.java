package io.sinter.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Optional;

/**
 * SentencePiece's map of characters: 4 bytes length of a double-array trie of 32-bit units, the trie, and UTF-8 text, in
 * which the trie's values point to what replaces a match. The library follows both without looking where they lead.
 *
 * @see <a href="https://github.com/s-yata/darts-clone">Darts-clone, whose units these are</a>
 */
final class CharsMapCheck {

    private static final int MAX_UNITS = 1 << 20;

    private final int[] units;
    private final byte[] text;
    private final BitSet seen = new BitSet();
    private final ArrayDeque<Integer> open = new ArrayDeque<>();

    private CharsMapCheck(int[] units, byte[] text) {
        this.units = units;
        this.text = text;
    }

    /**
     * What is wrong with a map, if something is.
     *
     * @param base64 as {@code precompiled_charsmap} has it; empty for none
     */
    static Optional<String> problem(String base64) {
        if (base64.isEmpty()) {
            return Optional.of("is empty");
        }
        try {
            ByteBuffer bytes =
                    ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
            long trie = bytes.remaining() < 4 ? -1 : Integer.toUnsignedLong(bytes.getInt());
            if (trie < 4 || trie % 4 != 0 || trie > bytes.remaining() || trie / 4 > MAX_UNITS) {
                return Optional.of("a trie of %d bytes in %d".formatted(trie, bytes.remaining()));
            }
            int[] units = new int[(int) trie / 4];
            bytes.asIntBuffer().get(units);
            byte[] text = new byte[bytes.remaining() - (int) trie];
            bytes.get(bytes.position() + (int) trie, text);
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            return new CharsMapCheck(units, text).walk();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.of("no base64 of a trie and UTF-8 text: " + e.getMessage());
        }
    }

    private Optional<String> walk() {
        open(offset(units[0]));
        while (!open.isEmpty()) {
            int node = open.pop();
            if ((node & ~0xFF) >= units.length) {
                return Optional.of("the trie leads beyond its %d units".formatted(units.length));
            }
            for (int label = 1; label < 256; label++) {
                int child = node ^ label;
                if (child >= units.length) {
                    return Optional.of("the trie leads beyond its %d units".formatted(units.length));
                }
                if ((units[child] & 0x800000FF) == label) {
                    int next = child ^ offset(units[child]);
                    if ((units[child] >> 8 & 1) != 0 && !pointsToText(next)) {
                        return Optional.of("a value of the trie points nowhere in its text");
                    }
                    open(next);
                }
            }
        }
        return Optional.empty();
    }

    /** A node without any unit is not marked: the marks would take as much memory as its number asks for. */
    private void open(int node) {
        if (node >= units.length + 256) {
            open.push(node);
        } else if (!seen.get(node)) {
            seen.set(node);
            open.push(node);
        }
    }

    private boolean pointsToText(int leaf) {
        if (leaf >= units.length) {
            return false;
        }
        int value = units[leaf] & 0x7FFFFFFF;
        return value <= text.length && (value == text.length || (text[value] & 0xC0) != 0x80);
    }

    private static int offset(int unit) {
        return (unit >>> 10) << ((unit & 1 << 9) >> 6);
    }
}
