package io.sinter.tokenizer;

import io.sinter.tokenizer.RegexNode.Assertion;
import io.sinter.tokenizer.RegexNode.Characters;
import io.sinter.tokenizer.RegexNode.Choice;
import io.sinter.tokenizer.RegexNode.Repeat;
import io.sinter.tokenizer.RegexNode.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads regular expressions in the syntax of Oniguruma, which the tokenizer library uses, as far as tokenizers need it. */
final class RegexParser {

    /** A regular expression that is not accepted, and why. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }
    }

    private static final int MAX_DEPTH = 50;
    private static final int MAX_COUNT = 1_000;
    private static final Pattern INTERVAL = Pattern.compile("\\{(\\d{0,6})(,?)(\\d{0,6})}");
    private static final Pattern FLAGS = Pattern.compile("\\(\\?([im]*)(-[im]*)?([:)])");

    private final String regex;
    private int at;
    private int depth;
    private boolean ignoreCase;

    private RegexParser(String regex) {
        this.regex = regex;
    }

    /**
     * Reads one.
     *
     * @throws Refusal if it has what cannot be bounded (backreferences, calls, conditions) or is not understood
     */
    static RegexNode parse(String regex) throws Refusal {
        RegexParser parser = new RegexParser(regex);
        RegexNode node = parser.choice();
        if (parser.at < regex.length()) {
            throw new Refusal("unexpected \")\" at " + parser.at);
        }
        return node;
    }

    private RegexNode choice() throws Refusal {
        if (++depth > MAX_DEPTH) {
            throw new Refusal("groups inside groups more than %d deep".formatted(MAX_DEPTH));
        }
        boolean outer = ignoreCase;
        List<RegexNode> branches = new ArrayList<>(List.of(sequence()));
        while (at < regex.length() && regex.charAt(at) == '|') {
            at++;
            branches.add(sequence());
        }
        ignoreCase = outer;
        depth--;
        return branches.size() == 1 ? branches.getFirst() : new Choice(branches);
    }

    private RegexNode sequence() throws Refusal {
        List<RegexNode> parts = new ArrayList<>();
        while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
            parts.add(repeated(atom()));
        }
        return parts.size() == 1 ? parts.getFirst() : new Sequence(parts);
    }

    private RegexNode repeated(RegexNode body) throws Refusal {
        RegexNode node = body;
        while (at < regex.length()) {
            char c = regex.charAt(at);
            Matcher interval = INTERVAL.matcher(regex).region(at, regex.length());
            if (c == '*' || c == '+' || c == '?') {
                at++;
                skip("?+");
                node = new Repeat(node, c == '+' ? 1 : 0, c == '?' ? 1 : RegexNode.UNBOUNDED);
            } else if (c == '{'
                    && interval.lookingAt()
                    && interval.end() - at > 3 - interval.group(1).length()) {
                at = interval.end();
                skip("?");
                node = interval(node, interval);
            } else {
                return node;
            }
        }
        return node;
    }

    /** An interval followed by + is repeated itself, in Oniguruma's own syntax. */
    private static RegexNode interval(RegexNode body, Matcher interval) throws Refusal {
        int min = interval.group(1).isEmpty() ? 0 : Integer.parseInt(interval.group(1));
        boolean open = !interval.group(2).isEmpty() && interval.group(3).isEmpty();
        int max = interval.group(2).isEmpty() ? min : open ? RegexNode.UNBOUNDED : Integer.parseInt(interval.group(3));
        if (min > MAX_COUNT || (max > MAX_COUNT && !open)) {
            throw new Refusal("%s: repeated more than %d times".formatted(interval.group(), MAX_COUNT));
        }
        return new Repeat(body, min, Math.max(min, max));
    }

    private void skip(String characters) {
        if (at < regex.length() && characters.indexOf(regex.charAt(at)) >= 0) {
            at++;
        }
    }

    private RegexNode atom() throws Refusal {
        int c = next();
        return switch (c) {
            case '(' -> group();
            case '[' -> characters(new RegexClassParser(this).read());
            case '.' -> characters(CharacterSet.of('\n').not());
            case '^', '$' -> new Assertion(RegexNode.EMPTY);
            case '\\' -> escape();
            case '*', '+', '?' -> throw new Refusal("nothing to repeat at " + (at - 1));
            default -> characters(CharacterSet.of(c));
        };
    }

    private RegexNode characters(CharacterSet set) {
        return new Characters(ignoreCase ? set.ignoringCase() : set);
    }

    private RegexNode group() throws Refusal {
        int start = at - 1;
        Matcher flags = FLAGS.matcher(regex).region(start, regex.length());
        if (flags.lookingAt()) {
            at = flags.end();
            boolean outer = ignoreCase;
            ignoreCase |= flags.group(1).contains("i");
            ignoreCase &= flags.group(2) == null || !flags.group(2).contains("i");
            if (flags.group(3).equals(")")) {
                RegexNode rest = choice();
                ignoreCase = outer;
                return rest;
            }
            RegexNode body = closed(start);
            ignoreCase = outer;
            return body;
        }
        for (String look : List.of("?=", "?!", "?<=", "?<!")) {
            if (isNext(look)) {
                at += look.length();
                return new Assertion(closed(start));
            }
        }
        if (isNext("?>")) {
            at += 2;
        } else if (isNext("?<") && regex.indexOf('>', at) > 0) {
            at = regex.indexOf('>', at) + 1;
        } else if (isNext("?") || isNext("*")) {
            throw new Refusal("group \"%s\" is not accepted"
                    .formatted(regex.substring(start, Math.min(regex.length(), start + 4))));
        }
        return closed(start);
    }

    private RegexNode closed(int start) throws Refusal {
        RegexNode body = choice();
        if (at >= regex.length()) {
            throw new Refusal("no \")\" for the group at " + start);
        }
        at++;
        return body;
    }

    private RegexNode escape() throws Refusal {
        int c = next();
        if ("bBAzZGKyY".indexOf(c) >= 0) {
            return new Assertion(RegexNode.EMPTY);
        }
        if (c >= '1' && c <= '9') {
            throw new Refusal("backreference \\" + (char) c);
        }
        if (c == 'k' || c == 'g') {
            throw new Refusal("backreference or call \\" + (char) c);
        }
        if ("XRNO".indexOf(c) >= 0) {
            return new Characters(CharacterSet.ANY);
        }
        return characters(escaped(c));
    }

    /** The set of an escape, inside and outside of classes. */
    CharacterSet escaped(int c) throws Refusal {
        return switch (c) {
            case 'd' -> CharacterSet.property("Nd");
            case 'D' -> CharacterSet.property("Nd").not();
            case 'w' -> CharacterSet.word();
            case 'W' -> CharacterSet.word().not();
            case 's' -> CharacterSet.space();
            case 'S' -> CharacterSet.space().not();
            case 'h' ->
                CharacterSet.range('0', '9').or(CharacterSet.range('a', 'f')).or(CharacterSet.range('A', 'F'));
            case 'H' -> escaped('h').not();
            case 'p', 'P' -> property(c == 'P');
            case 'n' -> CharacterSet.of('\n');
            case 'r' -> CharacterSet.of('\r');
            case 't' -> CharacterSet.of('\t');
            case 'v' -> CharacterSet.of(0x0B);
            case 'f' -> CharacterSet.of('\f');
            case 'a' -> CharacterSet.of(7);
            case 'e' -> CharacterSet.of(0x1B);
            case 'x', 'u' -> CharacterSet.of(number(c));
            case '0', 'c', 'C', 'M' -> CharacterSet.ANY;
            default -> CharacterSet.of(c);
        };
    }

    /** The character of a single-character escape, -1 for others. */
    int number(int kind) throws Refusal {
        boolean braces = at < regex.length() && regex.charAt(at) == '{';
        int from = braces ? at + 1 : at;
        int end = braces ? regex.indexOf('}', at) : Math.min(regex.length(), at + (kind == 'u' ? 4 : 2));
        try {
            int value = Integer.parseInt(regex.substring(from, Math.max(from, end)), 16);
            at = braces ? end + 1 : end;
            return value;
        } catch (NumberFormatException e) {
            throw new Refusal("\\%c at %d: no hexadecimal number".formatted(kind, at - 2));
        }
    }

    private CharacterSet property(boolean negated) throws Refusal {
        int end = regex.indexOf('}', at);
        if (at >= regex.length() || regex.charAt(at) != '{' || end < 0) {
            throw new Refusal("\\p at %d: no property in braces".formatted(at - 2));
        }
        String name = regex.substring(at + 1, end);
        at = end + 1;
        boolean caret = name.startsWith("^");
        CharacterSet set = CharacterSet.property(caret ? name.substring(1) : name);
        return negated == caret ? set : set.not();
    }

    /** The next character, which is taken. */
    int next() throws Refusal {
        if (at >= regex.length()) {
            throw new Refusal("ends too early");
        }
        int c = regex.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    /** Whether a text comes next. */
    boolean isNext(String text) {
        // Not startsWith: whoever watches its calls (the fuzzer does) copies all that is left at every character.
        for (int i = 0; i < text.length(); i++) {
            if (at + i >= regex.length() || regex.charAt(at + i) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Takes a text. */
    void take(String text) {
        at += text.length();
    }

    /** The text up to another, which is taken too. */
    String until(String end) throws Refusal {
        int to = regex.indexOf(end, at);
        if (to < 0) {
            throw new Refusal("no \"" + end + "\"");
        }
        String text = regex.substring(at, to);
        at = to + end.length();
        return text;
    }

    /** Goes into a class inside a class. */
    void enter() throws Refusal {
        if (++depth > MAX_DEPTH) {
            throw new Refusal("classes inside classes more than %d deep".formatted(MAX_DEPTH));
        }
    }

    /** Leaves it. */
    void leave() {
        depth--;
    }
}
