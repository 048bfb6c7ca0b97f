package io.sinter.inference;

import io.sinter.tokenizer.Encoding;
import io.sinter.tokenizer.Encoding.Span;
import io.sinter.tokenizer.SpecialToken;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text as one tokenizer read it, to be read by another.
 *
 * @param text up to the end of the word that the last token is in; masks are written as the other tokenizer writes them
 * @param spans for each token where it is in that text; empty for those that are nowhere
 * @param roles what each token is for, where it is nowhere in the text
 */
record ReadText(String text, List<Span> spans, List<@Nullable SpecialToken> roles) {

    /** Stands for a mask where the other tokenizer has none: nothing covers it. */
    private static final String NO_MASK = " ";

    /** Code points of the longest rest of a word that is read beyond the last token. */
    private static final int LONGEST_WORD = 100;

    /**
     * Rewrites a text.
     *
     * @param read with its text
     * @param own roles of the first tokenizer's ids
     * @param mask how the second tokenizer writes a mask; null if it has none
     */
    static ReadText of(Encoding read, SpecialIds own, @Nullable String mask) {
        int[] points = read.text().orElseThrow().codePoints().toArray();
        long[] ids = read.ids().toLongArray();
        List<Span> spans = withSpaces(points, read.spans());
        int[] moved = new int[points.length + 1];
        StringBuilder text = new StringBuilder();
        int end = wordEnd(points, spans.stream().mapToInt(Span::end).max().orElse(0));
        int[] maskEnds = maskEnds(ids, spans, own, points.length);
        int length = 0;
        for (int i = 0; i < end; ) {
            moved[i] = length;
            if (maskEnds[i] > i) {
                String written = mask == null ? NO_MASK : mask;
                text.append(written);
                for (int inside = i + 1; inside < maskEnds[i]; inside++) {
                    moved[inside] = length;
                }
                length += written.codePointCount(0, written.length());
                i = maskEnds[i];
            } else {
                text.appendCodePoint(points[i]);
                length++;
                i++;
            }
        }
        moved[end] = length;
        return new ReadText(text.toString(), moved(spans, moved), roles(ids, spans, own));
    }

    /**
     * Spans where a token that is nothing but the space before a word covers that space: byte-level tokenizers leave spaces
     * out of their spans, so that those of such tokens are empty, behind the space.
     */
    static List<Span> withSpaces(int[] points, List<Span> spans) {
        return spans.stream()
                .map(span -> span.isEmpty() && span.start() > 0 && Character.isWhitespace(points[span.start() - 1])
                        ? new Span(span.start() - 1, span.start())
                        : span)
                .toList();
    }

    /** The end of the word that a cut text ends in, so that both tokenizers read a whole word. */
    private static int wordEnd(int[] points, int cut) {
        int end = cut;
        while (end < points.length && end - cut < LONGEST_WORD && !Character.isWhitespace(points[end])) {
            end++;
        }
        return end;
    }

    /** For each code point where a mask begins, where it ends. */
    private static int[] maskEnds(long[] ids, List<Span> spans, SpecialIds own, int points) {
        int[] ends = new int[points + 1];
        for (int s = 0; s < ids.length; s++) {
            Span span = spans.get(s);
            if (own.role(ids[s]) == SpecialToken.MASK && !span.isEmpty()) {
                ends[span.start()] = span.end();
            }
        }
        return ends;
    }

    private static List<Span> moved(List<Span> spans, int[] to) {
        return spans.stream()
                .map(span -> span.isEmpty() ? Span.NONE : new Span(to[span.start()], to[span.end()]))
                .toList();
    }

    private static List<@Nullable SpecialToken> roles(long[] ids, List<Span> spans, SpecialIds own) {
        List<@Nullable SpecialToken> roles = new ArrayList<>();
        for (int s = 0; s < ids.length; s++) {
            roles.add(spans.get(s).isEmpty() ? own.role(ids[s]) : null);
        }
        return roles;
    }
}
