package io.sinter.eval;

/**
 * How a masked language model did on a dataset.
 *
 * @param dataset which
 * @param loss mean over the tokens to be predicted of -ln p of the right one, softmax over the vocabulary
 * @param accuracy share of them whose right token has the largest logit
 * @param seconds that the model took
 */
public record MaskedResult(MaskedDataset dataset, double loss, double accuracy, double seconds) {}
