package io.sinter.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Rows dealt out so that each fold has as many of each label as any other, or one fewer.
 *
 * @param count of the folds
 * @param ofRow the fold of each row
 */
record Folds(int count, List<Integer> ofRow) {

    /** Copies the list. */
    Folds {
        ofRow = List.copyOf(ofRow);
    }

    /** Shuffles the rows of each label, and deals them out in turn; the next label begins where the last one ended. */
    static Folds stratified(Targets targets, int count, long seed) {
        Map<String, List<Integer>> strata = new TreeMap<>();
        for (int row = 0; row < targets.rows(); row++) {
            strata.computeIfAbsent(targets.key(row), key -> new ArrayList<>()).add(row);
        }
        SplittableRandom random = new SplittableRandom(seed);
        Integer[] ofRow = new Integer[targets.rows()];
        int next = 0;
        for (List<Integer> stratum : strata.values()) {
            for (int i = stratum.size() - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                stratum.set(i, stratum.set(other, stratum.get(i)));
            }
            for (int row : stratum) {
                ofRow[row] = next++ % count;
            }
        }
        return new Folds(count, List.of(ofRow));
    }

    /** 0 for each row of a fold, 1 for all others. */
    double[] without(int fold) {
        return ofRow.stream().mapToDouble(of -> of == fold ? 0 : 1).toArray();
    }
}
