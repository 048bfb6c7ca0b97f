package io.sinter.tokenizer;

import io.sinter.tokenizer.RegexParser.Refusal;

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
        CharacterSet set = NONE;
        boolean first = true;
        while (first || !text.isNext("]")) {
            if (text.isNext("&&")) {
                text.take("&&");
                all = all == null ? set : all.and(set);
                set = NONE;
            } else {
                set = set.or(item());
            }
            first = false;
        }
        text.take("]");
        text.leave();
        CharacterSet result = all == null ? set : all.and(set);
        return negated ? result.not() : result;
    }

    private CharacterSet item() throws Refusal {
        if (text.isNext("[:")) {
            text.take("[:");
            String name = text.until(":]");
            return name.startsWith("^") ? posix(name.substring(1)).not() : posix(name);
        }
        int c = text.next();
        if (c == '[') {
            return read();
        }
        boolean escape = c == '\\';
        int from = escape ? text.next() : c;
        if (escape && "dDwWsShHpPRX".indexOf(from) >= 0) {
            return text.escaped(from);
        }
        int start = escape ? single(from) : from;
        if (text.isNext("-") && !text.isNext("-]") && !text.isNext("-[")) {
            text.take("-");
            int to = text.next();
            return CharacterSet.range(start, to == '\\' ? single(text.next()) : to);
        }
        return CharacterSet.of(start);
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
