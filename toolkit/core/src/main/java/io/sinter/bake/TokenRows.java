package io.sinter.bake;

import io.sinter.tensor.TensorData;

/** Which row of a table, or which rows, stand for a token of a served graph. */
public sealed interface TokenRows {

    /** Token t is row t. */
    record Same() implements TokenRows {}

    /**
     * A table says so.
     *
     * @param ids int64 {@code [V]}: the row of each token of the graph's vocabulary
     */
    record Mapped(TensorData ids) implements TokenRows {}

    /**
     * The graph reads the tokens of another tokenizer: the n-th stands for the n-th.
     *
     * @param ids the input with their ids, int64 {@code [batch, sequence]}
     */
    record Beside(String ids) implements TokenRows {}

    /**
     * The graph reads the tokens of another tokenizer, and which of them cover the characters of each of its own: their
     * mean stands for it, zeros where there are none.
     *
     * @param ids the input with their ids, int64 {@code [batch, sequence of that tokenizer]}
     * @param spans the input with a half-open span of them for each token, int64 {@code [batch, sequence, 2]}
     */
    record Covering(String ids, String spans) implements TokenRows {}
}
