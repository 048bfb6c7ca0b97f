package io.sinter.tokenizer;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Characters that a class of a regular expression may match.
 *
 * @param may true for all that are matched, and perhaps for more
 * @param exact whether it is true for these only: what is not known exactly has no complement
 */
record CharacterSet(IntPredicate may, boolean exact) {

    /** Every character. */
    static final CharacterSet ANY = new CharacterSet(c -> true, false);

    /** The characters that sets are compared on: all of the basic plane, and a part of those beyond. */
    private static final int[] SAMPLES = IntStream.concat(
                    IntStream.rangeClosed(0, 0xFFFF), IntStream.iterate(0x10000, c -> c < 0x40000, c -> c + 37))
            .toArray();

    private static final Map<String, Integer> CATEGORIES = Map.ofEntries(
            Map.entry("lu", 1 << Character.UPPERCASE_LETTER),
            Map.entry("ll", 1 << Character.LOWERCASE_LETTER),
            Map.entry("lt", 1 << Character.TITLECASE_LETTER),
            Map.entry("lm", 1 << Character.MODIFIER_LETTER),
            Map.entry("lo", 1 << Character.OTHER_LETTER),
            Map.entry("mn", 1 << Character.NON_SPACING_MARK),
            Map.entry("me", 1 << Character.ENCLOSING_MARK),
            Map.entry("mc", 1 << Character.COMBINING_SPACING_MARK),
            Map.entry("nd", 1 << Character.DECIMAL_DIGIT_NUMBER),
            Map.entry("nl", 1 << Character.LETTER_NUMBER),
            Map.entry("no", 1 << Character.OTHER_NUMBER),
            Map.entry("zs", 1 << Character.SPACE_SEPARATOR),
            Map.entry("zl", 1 << Character.LINE_SEPARATOR),
            Map.entry("zp", 1 << Character.PARAGRAPH_SEPARATOR),
            Map.entry("cc", 1 << Character.CONTROL),
            Map.entry("cf", 1 << Character.FORMAT),
            Map.entry("co", 1 << Character.PRIVATE_USE),
            Map.entry("cs", 1 << Character.SURROGATE),
            Map.entry("pd", 1 << Character.DASH_PUNCTUATION),
            Map.entry("ps", 1 << Character.START_PUNCTUATION),
            Map.entry("pe", 1 << Character.END_PUNCTUATION),
            Map.entry("pc", 1 << Character.CONNECTOR_PUNCTUATION),
            Map.entry("po", 1 << Character.OTHER_PUNCTUATION),
            Map.entry("pi", 1 << Character.INITIAL_QUOTE_PUNCTUATION),
            Map.entry("pf", 1 << Character.FINAL_QUOTE_PUNCTUATION),
            Map.entry("sm", 1 << Character.MATH_SYMBOL),
            Map.entry("sc", 1 << Character.CURRENCY_SYMBOL),
            Map.entry("sk", 1 << Character.MODIFIER_SYMBOL),
            Map.entry("so", 1 << Character.OTHER_SYMBOL),
            Map.entry("cn", 1));

    /** One character. */
    static CharacterSet of(int character) {
        return new CharacterSet(c -> c == character, true);
    }

    /** Characters from one to another, none if the other comes first. */
    record Range(int from, int to) {}

    /** The characters of some ranges, found by halving. */
    static CharacterSet of(List<Range> ranges) {
        List<Range> sorted = ranges.stream()
                .filter(r -> r.from <= r.to)
                .sorted(Comparator.comparingInt(Range::from))
                .toList();
        int[] from = new int[sorted.size()];
        int[] to = new int[sorted.size()];
        int count = 0;
        for (Range range : sorted) {
            if (count > 0 && range.from <= to[count - 1]) {
                to[count - 1] = Math.max(to[count - 1], range.to);
            } else {
                from[count] = range.from;
                to[count++] = range.to;
            }
        }
        int ends = count;
        return new CharacterSet(
                c -> {
                    int place = Arrays.binarySearch(from, 0, ends, c);
                    return place >= 0 || (place < -1 && c <= to[-place - 2]);
                },
                true);
    }

    /** From one character to another. */
    static CharacterSet range(int from, int to) {
        return new CharacterSet(c -> c >= from && c <= to, true);
    }

    /** A property such as {@code L}, {@code Lu} or {@code Han}; any character where it is not known. */
    static CharacterSet property(String name) {
        String key = name.toLowerCase(Locale.ROOT).replaceAll("[ _-]", "");
        int mask = CATEGORIES.entrySet().stream()
                .filter(e -> e.getKey().equals(key)
                        || (key.length() == 1 && e.getKey().startsWith(key)))
                .mapToInt(Map.Entry::getValue)
                .reduce(0, (a, b) -> a | b);
        if (mask != 0) {
            return new CharacterSet(c -> (mask >> Character.getType(c) & 1) != 0, true);
        }
        try {
            Character.UnicodeScript script = Character.UnicodeScript.forName(name);
            return new CharacterSet(c -> Character.UnicodeScript.of(c) == script, true);
        } catch (IllegalArgumentException e) {
            return ANY;
        }
    }

    /** White space. */
    static CharacterSet space() {
        return new CharacterSet(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85, true);
    }

    /** Letters, marks, decimal digits and connectors. */
    static CharacterSet word() {
        return property("L").or(property("M")).or(property("Nd")).or(property("Pc"));
    }

    CharacterSet or(CharacterSet other) {
        return new CharacterSet(c -> may.test(c) || other.may.test(c), exact && other.exact);
    }

    CharacterSet and(CharacterSet other) {
        return new CharacterSet(c -> may.test(c) && other.may.test(c), exact && other.exact);
    }

    /** All others. */
    CharacterSet not() {
        return exact ? new CharacterSet(c -> !may.test(c), true) : ANY;
    }

    /** With the same letters in the other case. */
    CharacterSet ignoringCase() {
        return new CharacterSet(
                c -> may.test(c)
                        || may.test(Character.toLowerCase(c))
                        || may.test(Character.toUpperCase(c))
                        || may.test(Character.toTitleCase(c)),
                exact);
    }

    /** The samples that are in the set. */
    BitSet samples() {
        BitSet bits = new BitSet(SAMPLES.length);
        for (int i = 0; i < SAMPLES.length; i++) {
            bits.set(i, may.test(SAMPLES[i]));
        }
        return bits;
    }
}
