package io.sinter.tokenizer;

import io.sinter.tokenizer.RegexParser.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the characters between brackets: ranges, escapes, classes in classes, intersections. */
record RegexClassParser(RegexParser text) {

    private static final CharacterSet NONE = new CharacterSet(c -> false, true);

    /** From behind the bracket to behind its counterpart. */
    CharacterSet read() throws Refusal {
        text.enter();
        boolean negated = text.isNext("^");
        if (negated) {
            text.take("^");
        }
        CharacterSet all = null;
        Items items = new Items();
        boolean first = true;
        while (first || !text.isNext("]")) {
            if (text.isNext("&&")) {
                text.take("&&");
                all = items.and(all);
                items = new Items();
            } else {
                item(items);
            }
            first = false;
        }
        text.take("]");
        text.leave();
        CharacterSet result = items.and(all);
        return negated ? result.not() : result;
    }

    /** What stands between two {@code &&}: characters are searched, however many there are, not tried one by one. */
    private static final class Items {

        private final List<CharacterSet.Range> characters = new ArrayList<>();
        private CharacterSet sets = NONE;

        void add(CharacterSet set) {
            sets = sets.or(set);
        }

        void add(int from, int to) {
            characters.add(new CharacterSet.Range(from, to));
        }

        /** With what stood before, if anything did. */
        CharacterSet and(@Nullable CharacterSet before) {
            CharacterSet set =
                    characters.isEmpty() ? sets : CharacterSet.of(characters).or(sets);
            return before == null ? set : before.and(set);
        }
    }

    private void item(Items items) throws Refusal {
        if (text.isNext("[:")) {
            text.take("[:");
            String name = text.until(":]");
            items.add(name.startsWith("^") ? posix(name.substring(1)).not() : posix(name));
            return;
        }
        int c = text.next();
        boolean escape = c == '\\';
        int from = escape ? text.next() : c;
        if (c == '[') {
            items.add(read());
        } else if (escape && "dDwWsShHpPRX".indexOf(from) >= 0) {
            items.add(text.escaped(from));
        } else {
            int start = escape ? single(from) : from;
            items.add(start, text.isNext("-") && !text.isNext("-]") && !text.isNext("-[") ? end() : start);
        }
    }

    /** The last character of a range. */
    private int end() throws Refusal {
        text.take("-");
        int to = text.next();
        return to == '\\' ? single(text.next()) : to;
    }

    private int single(int escape) throws Refusal {
        return switch (escape) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0B;
            case 'f' -> '\f';
            case 'a' -> 7;
            case 'b' -> 8;
            case 'e' -> 0x1B;
            case 'x', 'u' -> text.number(escape);
            default -> escape;
        };
    }

    private static CharacterSet posix(String name) {
        return switch (name) {
            case "alpha" -> CharacterSet.property("L").or(CharacterSet.property("M"));
            case "digit" -> CharacterSet.property("Nd");
            case "space" -> CharacterSet.space();
            case "upper" -> CharacterSet.property("Lu");
            case "lower" -> CharacterSet.property("Ll");
            case "punct" -> CharacterSet.property("P").or(CharacterSet.property("S"));
            case "word" -> CharacterSet.word();
            default -> CharacterSet.ANY;
        };
    }
}
