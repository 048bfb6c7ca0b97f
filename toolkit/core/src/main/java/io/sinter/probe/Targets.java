package io.sinter.probe;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What rows are labelled with, as logistic regression takes it.
 *
 * <p>Two labels of which a row has one are told apart by one logit, that of the second: with a weight for either, the
 * penalty would count the same direction twice (so does scikit-learn).
 *
 * @param labels in the order of the logits
 * @param likelihood of them
 * @param rows how many there are
 * @param columns logits that are fitted for each
 * @param ones {@code [rows, columns]}, 1 where the label of the column is a row's, else 0
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Targets(List<String> labels, Likelihood likelihood, int rows, int columns, double[] ones) {

    /** Targets of rows that have exactly one label each, of two or more. */
    static Targets single(List<String> labelOfRow) {
        List<String> labels = List.copyOf(new TreeSet<>(labelOfRow));
        boolean two = labels.size() == 2;
        int columns = two ? 1 : labels.size();
        Map<String, Integer> ids = ids(labels);
        double[] ones = new double[labelOfRow.size() * columns];
        for (int row = 0; row < labelOfRow.size(); row++) {
            int id = ids.getOrDefault(labelOfRow.get(row), 0);
            if (!two) {
                ones[row * columns + id] = 1;
            } else {
                ones[row] = id;
            }
        }
        return new Targets(labels, two ? Likelihood.SIGMOID : Likelihood.SOFTMAX, labelOfRow.size(), columns, ones);
    }

    /** Targets of rows that have any number of labels each. */
    static Targets several(List<Set<String>> labelsOfRow) {
        TreeSet<String> all = new TreeSet<>();
        labelsOfRow.forEach(all::addAll);
        List<String> labels = List.copyOf(all);
        Map<String, Integer> ids = ids(labels);
        double[] ones = new double[labelsOfRow.size() * labels.size()];
        for (int row = 0; row < labelsOfRow.size(); row++) {
            for (String label : labelsOfRow.get(row)) {
                ones[row * labels.size() + ids.getOrDefault(label, 0)] = 1;
            }
        }
        return new Targets(labels, Likelihood.SIGMOID, labelsOfRow.size(), labels.size(), ones);
    }

    private static Map<String, Integer> ids(List<String> labels) {
        Map<String, Integer> ids = new TreeMap<>();
        IntStream.range(0, labels.size()).forEach(id -> ids.put(labels.get(id), id));
        return ids;
    }

    /** Whether the logits of a row say what its targets do: the largest logit, or of sigmoids the sign of each. */
    boolean isRight(double[] logits, int row) {
        int from = row * columns;
        return switch (likelihood) {
            case SOFTMAX -> ones[from + largest(logits, from)] == 1;
            case SIGMOID -> IntStream.range(from, from + columns).allMatch(i -> (logits[i] > 0) == (ones[i] == 1));
        };
    }

    private int largest(double[] logits, int from) {
        int best = 0;
        for (int i = 1; i < columns; i++) {
            best = logits[from + i] > logits[from + best] ? i : best;
        }
        return best;
    }

    /** Rows with equal targets have equal keys. */
    String key(int row) {
        return Arrays.toString(Arrays.copyOfRange(ones, row * columns, (row + 1) * columns));
    }
}
