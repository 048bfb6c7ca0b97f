package io.sinter.tokenizer;

import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text as a model reads it, without padding.
 *
 * @param ids token ids, int64 {@code [S]}
 * @param typeIds which of the texts of a pair each token belongs to, int64 {@code [S]}
 * @param spans where in the text each token came from; empty where that is not known
 * @param text what was read; nothing of a pair, and where only the tokens are known
 */
public record Encoding(TensorData ids, TensorData typeIds, List<Span> spans, Optional<String> text) {

    /** Copies the list. */
    public Encoding {
        spans = List.copyOf(spans);
    }

    /** Number of tokens, S. */
    public int length() {
        return (int) ids.elementCount();
    }

    /**
     * This with another token in a place, in the text too: the spans behind it move.
     *
     * @param written what stands for the token in the text
     * @throws IllegalArgumentException if the text or where its tokens are is not known
     */
    public Encoding withToken(int position, long id, String written) {
        String before = text.orElseThrow(() -> new IllegalArgumentException("tokens of no text"));
        long[] changed = ids.toLongArray();
        changed[position] = id;
        Span old = spans.get(position);
        if (old.isEmpty()) {
            return new Encoding(TensorData.vector(changed), typeIds, spans, text);
        }
        int[] points = before.codePoints().toArray();
        String after =
                new String(points, 0, old.start()) + written + new String(points, old.end(), points.length - old.end());
        int moved = written.codePointCount(0, written.length()) - (old.end() - old.start());
        List<Span> shifted = new ArrayList<>();
        for (Span span : spans) {
            shifted.add(span.isEmpty() || span.end() <= old.start() ? span : span.replaced(old, moved));
        }
        return new Encoding(TensorData.vector(changed), typeIds, shifted, Optional.of(after));
    }

    /**
     * This without a prompt that the text begins with: tokens of the prompt stay, and are nowhere in the rest.
     *
     * @throws IllegalArgumentException if the text is not known or begins otherwise
     */
    public Encoding behind(String prompt) {
        String all = text.orElseThrow(() -> new IllegalArgumentException("tokens of no text"));
        if (!all.startsWith(prompt)) {
            throw new IllegalArgumentException("a text without its prompt \"%s\": %s".formatted(prompt, all));
        }
        int points = prompt.codePointCount(0, prompt.length());
        List<Span> moved = spans.stream()
                .map(s -> new Span(Math.max(0, s.start() - points), Math.max(0, s.end() - points)))
                .toList();
        return new Encoding(ids, typeIds, moved, Optional.of(all.substring(prompt.length())));
    }

    /**
     * A part of the text, counted in Unicode code points; empty for tokens that the tokenizer added.
     *
     * @param start of its first code point
     * @param end behind its last
     */
    public record Span(int start, int end) {

        /** Of a token that is nowhere in the text. */
        public static final Span NONE = new Span(0, 0);

        /** Whether it holds nothing. */
        public boolean isEmpty() {
            return end <= start;
        }

        /** This after a part became longer by so much: what lies behind moves, what overlaps it grows with it. */
        private Span replaced(Span part, int by) {
            return new Span(
                    start >= part.end() ? start + by : Math.min(start, part.start()),
                    end >= part.end() ? end + by : part.end() + by);
        }
    }
}
