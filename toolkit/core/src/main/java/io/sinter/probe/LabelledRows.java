package io.sinter.probe;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;
import io.sinter.eval.LabelledDataset;
import io.sinter.probe.ProbeOptions.Labels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The labels of rows that a classifier is fitted on.
 *
 * @param file that they are from, for messages
 * @param labels how many a row has
 * @param ofRow those of each row, in order
 */
public record LabelledRows(Path file, Labels labels, List<Set<String>> ofRow) {

    /** Copies the lists. */
    public LabelledRows {
        ofRow = ofRow.stream().map(Set::copyOf).toList();
    }

    /**
     * The labels of a dataset.
     *
     * @throws MalformedException if a row has no label where it should have one, or a label is empty
     * @throws IncompatibleException if nothing can be learned of them: one label only; a label of every row; in
     *     cross-validation fewer rows than folds, or a label of one row
     */
    public static LabelledRows of(LabelledDataset dataset, ProbeOptions options) {
        List<Set<String>> ofRow = new ArrayList<>();
        for (LabelledDataset.Example example : dataset.examples()) {
            Set<String> labels = labels(example, options.labels());
            if (labels.contains("")) {
                throw new MalformedException("%s: line %d: an empty label: got \"%s\""
                        .formatted(dataset.file(), example.line(), example.label()));
            }
            ofRow.add(labels);
        }
        LabelledRows rows = new LabelledRows(dataset.file(), options.labels(), ofRow);
        rows.requireSeveral();
        if (options.folds() > 0) {
            rows.requireFolds(options.folds());
        }
        return rows;
    }

    /** The labels of an example; a label may come twice, which is once. */
    static Set<String> labels(LabelledDataset.Example example, Labels labels) {
        String all = example.label();
        return switch (labels) {
            case ONE -> Set.of(all);
            case SEVERAL -> all.isEmpty() ? Set.of() : new HashSet<>(Arrays.asList(all.split(",", -1)));
        };
    }

    /** How many there are. */
    public int size() {
        return ofRow.size();
    }

    /** Rows of each label, in the order of the logits. */
    public Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        ofRow.forEach(row -> row.forEach(label -> counts.merge(label, 1, Integer::sum)));
        return counts;
    }

    Targets targets() {
        return switch (labels) {
            case ONE ->
                Targets.single(ofRow.stream().map(row -> row.iterator().next()).toList());
            case SEVERAL -> Targets.several(ofRow);
        };
    }

    /** Labels that cannot be in every fold. */
    List<String> notes(int folds) {
        return counts().entrySet().stream()
                .filter(entry -> entry.getValue() < folds)
                .map(entry -> "label \"%s\": %d rows, fewer than %d folds: %d of the folds are scored without one"
                        .formatted(entry.getKey(), entry.getValue(), folds, folds - entry.getValue()))
                .toList();
    }

    private void requireSeveral() {
        Map<String, Integer> counts = counts();
        if (counts.isEmpty() || (labels == Labels.ONE && counts.size() == 1)) {
            throw new IncompatibleException(
                    "%s: %d rows, labels %s: expected two labels or more, as there is nothing to tell apart"
                            .formatted(file, size(), counts.keySet()));
        }
        counts.forEach((label, count) -> {
            if (count == size()) {
                throw new IncompatibleException(
                        "%s: label \"%s\" is on every row: there is nothing to tell it from; add rows without it"
                                .formatted(file, label));
            }
        });
    }

    private void requireFolds(int folds) {
        if (size() < folds) {
            throw new IncompatibleException(
                    "%s: %d rows: expected %d or more, as many as folds of cross-validation; add rows, or take fewer folds"
                            .formatted(file, size(), folds));
        }
        counts().forEach((label, count) -> {
            if (count == 1) {
                throw new IncompatibleException(
                        "%s: label \"%s\": one row, but cross-validation learns a label from some rows and tries it on others; add rows, leave the label out, or go without cross-validation"
                                .formatted(file, label));
            }
        });
    }
}
