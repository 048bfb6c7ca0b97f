package io.sinter.vocabulary;

import java.text.Normalizer;
import java.util.Locale;

/** Classes of characters that tokenizers tell apart, and texts without what they tend to drop. */
final class Characters {

    private Characters() {}

    /** Punctuation as BERT's pre-tokenizer has it: ASCII's signs, and Unicode's categories P*. */
    static boolean isPunctuation(int c) {
        if (c < 0x80) {
            return c > ' ' && c < 0x7F && !Character.isLetterOrDigit(c);
        }
        return switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            default -> false;
        };
    }

    /** CJK ideographs, the blocks that BERT's normaliser puts spaces around. */
    static boolean isIdeograph(int c) {
        return (c >= 0x4E00 && c <= 0x9FFF)
                || (c >= 0x3400 && c <= 0x4DBF)
                || (c >= 0x20000 && c <= 0x2A6DF)
                || (c >= 0x2A700 && c <= 0x2CEAF)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0x2F800 && c <= 0x2FA1F);
    }

    /** Whether a text is one punctuation mark or one ideograph. */
    static boolean standsAlone(String text) {
        if (text.isEmpty() || text.codePointCount(0, text.length()) != 1) {
            return false;
        }
        int c = text.codePointAt(0);
        return isPunctuation(c) || isIdeograph(c);
    }

    /** Whether a text means the same wherever it stands: signs and digits without a letter, or a single ideograph. */
    static boolean isIndependent(String text) {
        return !text.isEmpty() && (standsAlone(text) || text.codePoints().noneMatch(Character::isLetter));
    }

    /** Without accents (U+0300 to U+036F) and differences of width; a text of nothing but accents stays as it is. */
    static String plain(String text) {
        if (text.chars().allMatch(c -> c < 0x80)) {
            return text;
        }
        StringBuilder kept = new StringBuilder(text.length());
        String apart = Normalizer.normalize(narrow(text), Normalizer.Form.NFD);
        apart.chars().filter(c -> c < 0x300 || c > 0x36F).forEach(c -> kept.append((char) c));
        return kept.isEmpty() ? text : Normalizer.normalize(kept, Normalizer.Form.NFC);
    }

    /** {@link #plain}, NFKC and in lower case. */
    static String folded(String text) {
        return plain(Normalizer.normalize(text, Normalizer.Form.NFKC)).toLowerCase(Locale.ROOT);
    }

    /** Full-width Latin and half-width kana in their usual widths. */
    private static String narrow(String text) {
        StringBuilder narrow = new StringBuilder(text.length());
        text.chars().mapToObj(Character::toString).forEach(c -> {
            boolean form = c.charAt(0) >= 0xFF00 && c.charAt(0) <= 0xFFEF;
            narrow.append(form ? Normalizer.normalize(c, Normalizer.Form.NFKC) : c);
        });
        return narrow.toString();
    }
}
