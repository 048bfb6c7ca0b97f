package io.sinter.vocabulary;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The characters that byte-level tokenizers write bytes as: printable Latin-1 as itself, the other 68 bytes from U+0100
 * on, so that a space is {@code Ġ}.
 *
 * @see <a href="https://github.com/openai/gpt-2/blob/master/src/encoder.py">bytes_to_unicode of GPT-2</a>
 */
final class ByteAlphabet {

    private static final int FIRST_SHIFTED = 0x100;
    private static final int[] SHIFTED =
            IntStream.range(0, 256).filter(b -> !isPrintable(b)).toArray();
    private static final char[] CHARACTERS = characters();

    private ByteAlphabet() {}

    private static boolean isPrintable(int b) {
        return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
    }

    private static char[] characters() {
        char[] all = new char[256];
        for (int b = 0; b < all.length; b++) {
            all[b] = (char) b;
        }
        for (int i = 0; i < SHIFTED.length; i++) {
            all[SHIFTED[i]] = (char) (FIRST_SHIFTED + i);
        }
        return all;
    }

    /** How the UTF-8 bytes of a text are written. */
    static String write(String text) {
        StringBuilder written = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            written.append(CHARACTERS[b & 0xFF]);
        }
        return written.toString();
    }

    /** The bytes that a token stands for; nothing if it has another character. */
    static Optional<byte[]> read(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            int b = byteOf(token.charAt(i));
            if (b < 0) {
                return Optional.empty();
            }
            bytes[i] = (byte) b;
        }
        return Optional.of(bytes);
    }

    private static int byteOf(char c) {
        if (c < FIRST_SHIFTED) {
            return isPrintable(c) ? c : -1;
        }
        return c - FIRST_SHIFTED < SHIFTED.length ? SHIFTED[c - FIRST_SHIFTED] : -1;
    }

    /** The text of bytes; nothing if they are not whole UTF-8. */
    static Optional<String> text(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Bytes as byte fallback writes them: {@code <0xE4><0xBD>}. */
    static String hexadecimal(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append("<0x%02X>".formatted(b));
        }
        return text.toString();
    }
}
