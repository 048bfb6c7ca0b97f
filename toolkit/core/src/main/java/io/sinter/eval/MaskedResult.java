package io.sinter.eval;

import java.util.List;

/**
 * How a masked language model did on a dataset.
 *
 * @param dataset which
 * @param loss mean over the tokens to be predicted of -ln p of the right one, softmax over the vocabulary
 * @param accuracy share of them whose right token has the largest logit
 * @param losses of each of them, in the order of the dataset: what differences between models are tested on
 * @param seconds that the model took
 */
public record MaskedResult(MaskedDataset dataset, double loss, double accuracy, List<Double> losses, double seconds) {

    /** Copies the list. */
    public MaskedResult {
        losses = List.copyOf(losses);
    }
}
