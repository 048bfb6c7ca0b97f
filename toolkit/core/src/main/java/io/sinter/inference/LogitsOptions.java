package io.sinter.inference;

import java.util.OptionalInt;

/**
 * How a model with logits runs.
 *
 * @param output name of the graph's output that holds them
 * @param maxTokens tokens kept of a text, special tokens included; without it, what the files beside the model say, else
 *     512
 * @param execution how the graph runs
 */
public record LogitsOptions(String output, OptionalInt maxTokens, Execution execution) {

    /** The output {@code logits}, on the processor. */
    public static final LogitsOptions DEFAULT = new LogitsOptions("logits", OptionalInt.empty(), Execution.processor());

    /** The same of another output. */
    public LogitsOptions withOutput(String value) {
        return new LogitsOptions(value, maxTokens, execution);
    }

    /** The same with this many tokens. */
    public LogitsOptions withMaxTokens(int value) {
        return new LogitsOptions(output, OptionalInt.of(value), execution);
    }

    /** The same, run in this way. */
    public LogitsOptions withExecution(Execution value) {
        return new LogitsOptions(output, maxTokens, value);
    }
}
