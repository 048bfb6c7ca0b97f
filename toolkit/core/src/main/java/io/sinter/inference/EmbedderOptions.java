package io.sinter.inference;

import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How texts are embedded.
 *
 * @param pooling of the token vectors; without it, what the graph or the files beside the model say
 * @param normalization of the sentence vectors
 * @param prompt put before every text, such as {@code "query: "}; empty for none
 * @param maxTokens tokens kept of a text, special tokens included; without it, what the files beside the model say,
 *     else 512
 * @param execution how the graph runs
 */
public record EmbedderOptions(
        Optional<Pooling> pooling,
        Normalization normalization,
        String prompt,
        OptionalInt maxTokens,
        Execution execution) {

    /** As the model says, scaled to length 1, on the processor. */
    public static final EmbedderOptions DEFAULT = new EmbedderOptions(
            Optional.empty(), Normalization.UNIT_LENGTH, "", OptionalInt.empty(), Execution.processor());

    /** The same with this pooling. */
    public EmbedderOptions withPooling(Pooling value) {
        return new EmbedderOptions(Optional.of(value), normalization, prompt, maxTokens, execution);
    }

    /** The same with this scaling. */
    public EmbedderOptions withNormalization(Normalization value) {
        return new EmbedderOptions(pooling, value, prompt, maxTokens, execution);
    }

    /** The same with this prompt. */
    public EmbedderOptions withPrompt(String value) {
        return new EmbedderOptions(pooling, normalization, value, maxTokens, execution);
    }

    /** The same with this many tokens. */
    public EmbedderOptions withMaxTokens(int value) {
        return new EmbedderOptions(pooling, normalization, prompt, OptionalInt.of(value), execution);
    }

    /** The same, run in this way. */
    public EmbedderOptions withExecution(Execution value) {
        return new EmbedderOptions(pooling, normalization, prompt, maxTokens, value);
    }
}
