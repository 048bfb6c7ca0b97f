package io.sinter.eval;

import io.sinter.tokenizer.Encoding;
import java.util.List;

/**
 * A text with some of its tokens to be predicted.
 *
 * @param text as the model reads it, masks in place
 * @param positions of the tokens to be predicted
 * @param labels the ids that they should be
 */
public record MaskedExample(Encoding text, List<Integer> positions, List<Integer> labels) {

    /** Copies the lists. */
    public MaskedExample {
        positions = List.copyOf(positions);
        labels = List.copyOf(labels);
        if (positions.size() != labels.size()) {
            throw new IllegalArgumentException(
                    "%d positions, %d labels: expected as many".formatted(positions.size(), labels.size()));
        }
    }
}
