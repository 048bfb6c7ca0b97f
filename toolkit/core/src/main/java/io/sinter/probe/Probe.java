package io.sinter.probe;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.linalg.Matrix;
import io.sinter.probe.LogisticRegression.Fit;
import io.sinter.probe.LogisticRegression.Start;
import io.sinter.probe.ProbeReport.Tried;
import io.sinter.progress.Progress;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A linear classifier of frozen vectors: logistic regression over all rows, to convergence, with the strength that does
 * best in stratified cross-validation. Two labels or more of which a row has one: softmax; any number of labels a row: one
 * against the rest, for each label.
 *
 * <p>Vectors are centred and divided by the mean of their components' standard deviations (of all rows, also in
 * cross-validation), which goes into the head's weight and bias afterwards.
 */
public final class Probe {

    /** Of the gradient's largest component, at the end. */
    private static final double TOLERANCE = 1e-6;

    private Probe() {}

    /**
     * A classifier, and how it was fitted.
     *
     * @param head on the vectors as they were given
     */
    public record Fitted(ClassifierHead head, ProbeReport report) {}

    /**
     * Fits.
     *
     * @param rows what the vectors are labelled with
     * @param vectors floats {@code [rows, width]}
     * @throws MalformedException if a vector is not finite
     * @throws IncompatibleException if all vectors are the same
     */
    public static Fitted fit(LabelledRows rows, TensorData vectors, ProbeOptions options, Progress progress) {
        if (vectors.dim(0) != rows.size()) {
            throw new IllegalArgumentException("%s for %d rows".formatted(vectors.describe(), rows.size()));
        }
        Matrix matrix = Matrix.copyOf(vectors).requireFinite("vectors of " + rows.file());
        Standardization standardization = Standardization.of(rows.file().toString(), matrix);
        Matrix standardized = standardization.of(matrix);
        Targets targets = rows.targets();
        List<String> notes = new ArrayList<>(rows.notes(options.folds()));
        List<Tried> tried = tried(standardized, targets, options, progress);
        Tried best = CrossValidation.best(tried);
        noteEdge(tried, best, notes);
        double[] all = new double[targets.rows()];
        Arrays.fill(all, 1);
        Fit fit = LogisticRegression.fit(
                standardized, targets, all, best.strength(), Start.zeros(standardized, targets, TOLERANCE));
        if (!fit.converged()) {
            notes.add("the fit did not converge: the gradient's largest component is %.1e after %d iterations, not %.0e"
                    .formatted(fit.gradient(), fit.iterations(), TOLERANCE));
        }
        ClassifierHead head = ClassifierHead.of(targets, standardization, fit.weights(), options.labels());
        ProbeReport report = new ProbeReport(
                targets.rows(),
                matrix.columns(),
                rows.counts(),
                options.folds(),
                tried,
                best.strength(),
                trainAccuracy(targets, fit),
                fit.iterations(),
                fit.gradient(),
                fit.converged(),
                notes);
        return new Fitted(head, report);
    }

    private static List<Tried> tried(Matrix rows, Targets targets, ProbeOptions options, Progress progress) {
        if (options.folds() == 0) {
            return List.of(new Tried(options.strengths().getFirst(), null, null));
        }
        Folds folds = Folds.stratified(targets, options.folds(), options.seed());
        return CrossValidation.of(rows, targets, folds, options.strengths(), progress);
    }

    /** A best strength with a worse one on one side only may have a better one on the other. */
    private static void noteEdge(List<Tried> tried, Tried best, List<String> notes) {
        int at = tried.indexOf(best);
        boolean smallest = at == 0
                && tried.size() > 1
                && !Objects.equals(best.accuracy(), tried.get(1).accuracy());
        if (smallest || (at > 0 && at == tried.size() - 1)) {
            notes.add("the best strength, %s, is the %s of those tried: try %s ones too"
                    .formatted(best.strength(), smallest ? "smallest" : "largest", smallest ? "smaller" : "larger"));
        }
    }

    private static double trainAccuracy(Targets targets, Fit fit) {
        int right = 0;
        for (int row = 0; row < targets.rows(); row++) {
            right += targets.isRight(fit.logits(), row) ? 1 : 0;
        }
        return (double) right / targets.rows();
    }
}
