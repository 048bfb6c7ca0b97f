package io.sinter.probe;

import io.sinter.error.VerificationException;
import io.sinter.eval.LabelledDataset;
import io.sinter.inference.Classifier.Score;
import io.sinter.inference.LogitsOptions;
import io.sinter.runtime.Runtime;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holds a graph with a head to the head on the vectors that it was fitted on, which another graph, or Java, pooled and
 * scaled.
 */
final class ProbeCheck {

    private static final int ROWS = 64;

    /** Of a probability: graphs of other operators round differently, and a head may be steep. */
    private static final double TOLERANCE = 1e-2;

    private ProbeCheck() {}

    /**
     * Classifies some of the rows.
     *
     * @param directory with the graph
     * @param target what it is called, for messages
     * @return the largest difference of a probability
     * @throws VerificationException if it is more than rounding
     */
    static double of(Runtime runtime, ProbeInput input, Path directory, LabelledDataset rows, Fit fit, Path target) {
        int count = Math.min(ROWS, rows.examples().size());
        List<Integer> picked = IntStream.range(0, count)
                .mapToObj(i -> (int) ((long) i * rows.examples().size() / count))
                .toList();
        LabelledDataset some = new LabelledDataset(
                rows.file(), picked.stream().map(rows.examples()::get).toList());
        List<List<Score>> scores = input.classify(runtime, ModelSource.open(directory), some, LogitsOptions.DEFAULT);
        double largest = 0;
        for (int i = 0; i < count; i++) {
            int row = picked.get(i);
            double[] expected =
                    fit.head.probabilities(fit.vectors.rows(row, row + 1).toFloatArray());
            for (Score score : scores.get(i)) {
                double apart =
                        Math.abs(score.score() - expected[fit.head.labels().indexOf(score.label())]);
                largest = apart <= largest ? largest : apart; // NaN stays
            }
        }
        if (!(largest <= TOLERANCE)) {
            throw new VerificationException(
                    "%s: probabilities differ from those of the classifier on the vectors that it was fitted on by %.2e, expected at most %.0e"
                            .formatted(target, largest, TOLERANCE));
        }
        return largest;
    }

    /** A head and the vectors that it was fitted on. */
    record Fit(ClassifierHead head, TensorData vectors) {}
}
