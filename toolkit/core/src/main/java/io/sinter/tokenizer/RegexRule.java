package io.sinter.tokenizer;

import io.sinter.tokenizer.RegexNode.Assertion;
import io.sinter.tokenizer.RegexNode.Characters;
import io.sinter.tokenizer.RegexNode.Choice;
import io.sinter.tokenizer.RegexNode.Repeat;
import io.sinter.tokenizer.RegexNode.Sequence;
import io.sinter.tokenizer.RegexParser.Refusal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which regular expressions are accepted: those that a backtracking search cannot need exponential time for.
 *
 * <p>Of an expression its positions (the places of its sets of characters) and which may follow which are worked out
 * (Glushkov 1961). Where two followers share a character, or one follows in two ways, the search has a choice. Inside of
 * what is repeated there must be none, as choices multiply with each round: {@code (a+)+}, {@code (a|ab)*c}. Outside,
 * few are harmless: {@code \s*[\r\n]+} takes quadratic time at most. The rule refuses some harmless expressions
 * too, none of those that tokenizers are known to have.
 */
final class RegexRule {

    private static final int MAX_POSITIONS = 1_000;
    private static final int MAX_CHOICES = 8;
    private static final int MAX_CHOICES_IN_LOOPS = 3;
    private static final int MAX_COPIES = 1_000;

    private final List<Position> positions = new ArrayList<>();

    private static final class Position {
        private final CharacterSet set;
        private final boolean repeated;
        private final List<Position> followers = new ArrayList<>();
        private BitSet samples = new BitSet();

        private Position(CharacterSet set, boolean repeated) {
            this.set = set;
            this.repeated = repeated;
        }

        private boolean overlaps(Position other) {
            return samples().intersects(other.samples());
        }

        private BitSet samples() {
            if (samples.isEmpty()) {
                samples = set.samples();
            }
            return samples;
        }

        private boolean hasChoice() {
            return !areDisjoint(followers);
        }
    }

    /** Where a part of an expression may begin and end, and whether it may be empty. */
    private record Ends(List<Position> first, List<Position> last, boolean nullable) {
        private static final Ends EMPTY = new Ends(List.of(), List.of(), true);
    }

    private RegexRule() {}

    /**
     * Checks an expression.
     *
     * @throws Refusal if it may take too long, or is not understood
     */
    static void check(String regex) throws Refusal {
        check(RegexParser.parse(regex));
    }

    private static void check(RegexNode node) throws Refusal {
        List<RegexNode> branches = node instanceof Choice choice ? choice.branches() : List.of(node);
        for (RegexNode branch : branches) {
            RegexRule rule = new RegexRule();
            rule.walk(branch, false, 1);
            long choices = rule.positions.stream().filter(Position::hasChoice).count();
            long inLoops = rule.positions.stream()
                    .filter(p -> p.repeated && p.hasChoice())
                    .count();
            if (choices > MAX_CHOICES || inLoops > MAX_CHOICES_IN_LOOPS) {
                throw new Refusal("too many places where it can go on in more than one way");
            }
        }
    }

    private Ends walk(RegexNode node, boolean repeated, long copies) throws Refusal {
        return switch (node) {
            case Characters characters -> position(characters.set(), repeated);
            case Assertion assertion -> {
                check(assertion.body());
                yield Ends.EMPTY;
            }
            case Sequence sequence -> {
                Ends ends = Ends.EMPTY;
                for (RegexNode part : sequence.parts()) {
                    ends = then(ends, walk(part, repeated, copies));
                }
                yield ends;
            }
            case Choice choice -> {
                List<Position> first = new ArrayList<>();
                List<Position> last = new ArrayList<>();
                boolean nullable = false;
                for (RegexNode branch : choice.branches()) {
                    Ends ends = walk(branch, repeated, copies);
                    first.addAll(ends.first);
                    last.addAll(ends.last);
                    nullable |= ends.nullable;
                }
                yield new Ends(first, last, nullable);
            }
            case Repeat repeat -> repeat(repeat, repeated, copies);
        };
    }

    private Ends position(CharacterSet set, boolean repeated) throws Refusal {
        Position position = new Position(set, repeated);
        positions.add(position);
        if (positions.size() > MAX_POSITIONS) {
            throw new Refusal("more than %d characters and classes".formatted(MAX_POSITIONS));
        }
        return new Ends(List.of(position), List.of(position), false);
    }

    private static Ends then(Ends before, Ends after) {
        before.last.forEach(p -> p.followers.addAll(after.first));
        List<Position> first = new ArrayList<>(before.first);
        if (before.nullable) {
            first.addAll(after.first);
        }
        List<Position> last = new ArrayList<>(after.last);
        if (after.nullable) {
            last.addAll(before.last);
        }
        return new Ends(first, last, before.nullable && after.nullable);
    }

    private Ends repeat(Repeat repeat, boolean repeated, long copies) throws Refusal {
        boolean bounded = repeat.max() != RegexNode.UNBOUNDED;
        long all = copies * Math.max(1, bounded ? repeat.max() : repeat.min());
        if (all > MAX_COPIES) {
            throw new Refusal("repetitions that multiply to more than %d".formatted(MAX_COPIES));
        }
        Ends ends = Ends.EMPTY;
        for (int i = bounded ? 0 : 1; i < repeat.min(); i++) {
            ends = then(ends, walk(repeat.body(), repeated, all));
        }
        return bounded
                ? optional(ends, repeat, repeated, all)
                : then(ends, loop(repeat.body(), repeat.min() == 0, all));
    }

    /** The copies that need not be there: each behind the one before it. */
    private Ends optional(Ends needed, Repeat repeat, boolean repeated, long copies) throws Refusal {
        List<Position> first = new ArrayList<>(needed.first);
        List<Position> last = new ArrayList<>(needed.last);
        List<Position> tail = needed.last;
        boolean nullable = needed.nullable;
        for (int i = repeat.min(); i < repeat.max(); i++) {
            Ends copy = walk(repeat.body(), repeated, copies);
            tail.forEach(p -> p.followers.addAll(copy.first));
            if (nullable) {
                first.addAll(copy.first);
            }
            last.addAll(copy.last);
            nullable &= copy.nullable;
            tail = copy.nullable ? List.copyOf(last) : copy.last;
        }
        return new Ends(first, last, needed.nullable);
    }

    private Ends loop(RegexNode body, boolean nullable, long copies) throws Refusal {
        int before = positions.size();
        Ends ends = walk(body, true, copies);
        ends.last.forEach(p -> p.followers.addAll(ends.first));
        List<Position> inside = positions.subList(before, positions.size());
        if (!(body instanceof Characters)
                && (!areDisjoint(ends.first) || inside.stream().anyMatch(Position::hasChoice))) {
            throw new Refusal("what is repeated can match one text in several ways, which may take exponential time");
        }
        return new Ends(ends.first, ends.last, nullable || ends.nullable);
    }

    private static boolean areDisjoint(List<Position> followers) {
        Set<Position> seen = new HashSet<>();
        for (Position follower : followers) {
            if (seen.stream().anyMatch(follower::overlaps) || !seen.add(follower)) {
                return false;
            }
        }
        return true;
    }
}
