package io.sinter.merge;

import io.sinter.bake.LookupTable;
import io.sinter.tensor.TensorData;
import java.util.Map;

/**
 * A source's table with a row for every token of the result.
 *
 * @param table {@code [V, d]}, in the order of the result's tokens
 * @param lookup the same as a served graph looks it up: the source's own rows, those made for it behind them, and ids
 * @param heads where the source is the body and its tokens change: its other tensors that have an entry a token, by name
 */
record CompleteTable(TensorData table, LookupTable lookup, Map<VocabularyTensor.Key, TensorData> heads) {}
