package io.sinter.eval;

import java.util.List;

/**
 * How a model did on a dataset.
 *
 * @param dataset which
 * @param similarities the cosine of each pair's vectors, in the dataset's order
 * @param seconds that encoding took, shared with the datasets that were encoded with it
 */
public record StsResult(StsDataset dataset, List<Double> similarities, double seconds) {

    /** Copies the list. */
    public StsResult {
        similarities = List.copyOf(similarities);
    }

    /** Spearman's ρ of similarities and people's scores. */
    public double spearman() {
        return Correlation.spearman(dataset.scores(), cosines());
    }

    /** Pearson's r of similarities and people's scores. */
    public double pearson() {
        return Correlation.pearson(dataset.scores(), cosines());
    }

    /** The similarities, as a new array. */
    public double[] cosines() {
        return similarities.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
