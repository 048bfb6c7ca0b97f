package io.sinter.tokenizer;

import io.sinter.tensor.TensorData;
import java.util.List;

/**
 * A text as a model reads it, without padding.
 *
 * @param ids token ids, int64 {@code [S]}
 * @param typeIds which of the texts of a pair each token belongs to, int64 {@code [S]}
 * @param spans where each token came from
 */
public record Encoding(TensorData ids, TensorData typeIds, List<Span> spans) {

    /** Copies the list. */
    public Encoding {
        spans = List.copyOf(spans);
    }

    /** Number of tokens, S. */
    public int length() {
        return (int) ids.elementCount();
    }

    /**
     * A part of the text, counted in Unicode code points; empty for tokens that the tokenizer added.
     *
     * @param start of its first code point
     * @param end behind its last
     */
    public record Span(int start, int end) {}
}
