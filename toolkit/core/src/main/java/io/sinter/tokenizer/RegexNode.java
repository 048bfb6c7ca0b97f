package io.sinter.tokenizer;

import java.util.List;

/** A part of a regular expression, as far as it matters for how it is searched. */
sealed interface RegexNode {

    /** One character of a set. */
    record Characters(CharacterSet set) implements RegexNode {}

    /** Looks at the text and takes nothing of it; anchors have an empty body. */
    record Assertion(RegexNode body) implements RegexNode {}

    /** Parts one after the other; none for the empty text. */
    record Sequence(List<RegexNode> parts) implements RegexNode {}

    /** One of several. */
    record Choice(List<RegexNode> branches) implements RegexNode {}

    /**
     * A part several times.
     *
     * @param max the most, {@link #UNBOUNDED} without a limit
     */
    record Repeat(RegexNode body, int min, int max) implements RegexNode {}

    /** No limit of a repetition. */
    int UNBOUNDED = Integer.MAX_VALUE;

    /** Matches the empty text. */
    RegexNode EMPTY = new Sequence(List.of());
}
