package io.sinter.probe;

import java.util.List;

/**
 * How a classifier is fitted.
 *
 * @param strengths C of logistic regression, from which cross-validation picks: the larger, the closer to the rows
 * @param folds of cross-validation, 2 or more; 0 for none, which leaves no choice of strengths
 * @param seed of the folds
 * @param labels how many a row has
 */
public record ProbeOptions(List<Double> strengths, int folds, long seed, Labels labels) {

    /** How many labels a row has. */
    public enum Labels {
        /** Exactly one: softmax over all. */
        ONE,
        /** Any number, with commas between: a sigmoid for each. */
        SEVERAL
    }

    /** Five strengths, five folds, one label a row. */
    public static final ProbeOptions DEFAULT = new ProbeOptions(List.of(0.001, 0.01, 0.1, 1.0, 10.0), 5, 1, Labels.ONE);

    /** Sorts the strengths. */
    public ProbeOptions {
        strengths = strengths.stream().distinct().sorted().toList();
        if (strengths.isEmpty() || strengths.stream().anyMatch(c -> !(c > 0) || Double.isInfinite(c))) {
            throw new IllegalArgumentException(
                    "strengths: got %s, expected one or more numbers above 0".formatted(strengths));
        }
        if (folds < 0 || folds == 1) {
            throw new IllegalArgumentException(
                    "folds: got %d, expected 2 or more, or 0 for no cross-validation".formatted(folds));
        }
        if (folds == 0 && strengths.size() > 1) {
            throw new IllegalArgumentException(
                    "strengths: got %s, but without cross-validation nothing picks one of them; give one"
                            .formatted(strengths));
        }
    }

    /** The same with other strengths. */
    public ProbeOptions withStrengths(Double... values) {
        return new ProbeOptions(List.of(values), folds, seed, labels);
    }

    /** The same with another number of folds. */
    public ProbeOptions withFolds(int value) {
        return new ProbeOptions(strengths, value, seed, labels);
    }

    /** The same for rows with that many labels. */
    public ProbeOptions withLabels(Labels value) {
        return new ProbeOptions(strengths, folds, seed, value);
    }
}
