package io.sinter.probe;

import io.sinter.linalg.Matrix;
import io.sinter.probe.LogisticRegression.Fit;
import io.sinter.probe.LogisticRegression.Start;
import io.sinter.probe.ProbeReport.Tried;
import io.sinter.progress.Progress;
import java.util.ArrayList;
import java.util.List;

/** Scores strengths by the rows that are held out, a fold after another. */
final class CrossValidation {

    /** Enough for labels to stay as they are: what follows moves logits in their fourth digit. */
    private static final double TOLERANCE = 1e-5;

    private CrossValidation() {}

    /**
     * Tries strengths.
     *
     * @param rows {@code [n, width + 1]}, the last column ones
     * @param strengths ascending: each fit begins where the one before it ended
     */
    static List<Tried> of(Matrix rows, Targets targets, Folds folds, List<Double> strengths, Progress progress) {
        double[][] accuracies = new double[strengths.size()][folds.count()];
        int[] right = new int[strengths.size()];
        try (Progress.Task task = progress.begin("cross-validation", (long) folds.count() * strengths.size())) {
            for (int fold = 0; fold < folds.count(); fold++) {
                double[] counts = folds.without(fold);
                Start start = Start.zeros(rows, targets, TOLERANCE);
                for (int i = 0; i < strengths.size(); i++) {
                    Fit fit = LogisticRegression.fit(rows, targets, counts, strengths.get(i), start);
                    int ofFold = right(targets, fit, counts);
                    right[i] += ofFold;
                    accuracies[i][fold] = (double) ofFold / heldOut(counts);
                    start = new Start(fit.weights(), TOLERANCE);
                    task.advance(1);
                }
            }
        }
        List<Tried> tried = new ArrayList<>();
        for (int i = 0; i < right.length; i++) {
            tried.add(
                    new Tried(strengths.get(i), (double) right[i] / targets.rows(), standardDeviation(accuracies[i])));
        }
        return tried;
    }

    /** The most accurate one; of equal ones the weakest, which is the simplest classifier. */
    static Tried best(List<Tried> ascending) {
        Tried best = ascending.getFirst();
        for (Tried tried : ascending) {
            if (tried.accuracy() != null && best.accuracy() != null && tried.accuracy() > best.accuracy()) {
                best = tried;
            }
        }
        return best;
    }

    private static int right(Targets targets, Fit fit, double[] counts) {
        int right = 0;
        for (int row = 0; row < counts.length; row++) {
            right += counts[row] == 0 && targets.isRight(fit.logits(), row) ? 1 : 0;
        }
        return right;
    }

    private static int heldOut(double[] counts) {
        int rows = 0;
        for (double count : counts) {
            rows += count == 0 ? 1 : 0;
        }
        return rows;
    }

    private static double standardDeviation(double[] values) {
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        double variance = 0;
        for (double value : values) {
            variance += (value - mean) * (value - mean) / values.length;
        }
        return Math.sqrt(variance);
    }
}
