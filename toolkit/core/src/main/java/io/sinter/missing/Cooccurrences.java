package io.sinter.missing;

import java.util.Arrays;
import java.util.Objects;

/**
 * How often tokens stand near each other: a symmetric matrix of counts, sparse, by rows.
 *
 * @param starts where each row's entries begin; one more at the end
 * @param columns of the entries, rising within a row
 * @param counts of the entries
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Cooccurrences(int[] starts, int[] columns, double[] counts) {

    /** Counts pairs of tokens up to a number of places apart. */
    static final class Counter {

        private static final int PENDING = 1 << 20;

        private final int vocabulary;
        private final int window;
        private final long[] pending = new long[PENDING];
        private int waiting;
        private long[] pairs = new long[0];
        private double[] counts = new double[0];

        /**
         * Nothing counted yet.
         *
         * @param window how many places apart
         */
        Counter(int vocabulary, int window) {
            this.vocabulary = vocabulary;
            this.window = window;
        }

        /**
         * Counts a sequence, each pair in both directions.
         *
         * @throws IndexOutOfBoundsException if a token is not of the vocabulary
         */
        void add(int[] tokens) {
            for (int i = 0; i < tokens.length; i++) {
                Objects.checkIndex(tokens[i], vocabulary);
                for (int j = Math.max(0, i - window); j < i; j++) {
                    add(tokens[i], tokens[j]);
                    add(tokens[j], tokens[i]);
                }
            }
        }

        private void add(int row, int column) {
            if (waiting == PENDING) {
                merge();
            }
            pending[waiting++] = (long) row * vocabulary + column;
        }

        /** Sorts what waits into what is counted. */
        private void merge() {
            Arrays.parallelSort(pending, 0, waiting);
            long[] merged = new long[pairs.length + waiting];
            double[] sums = new double[merged.length];
            int size = 0;
            int i = 0;
            int j = 0;
            while (i < pairs.length || j < waiting) {
                boolean counted = j == waiting || (i < pairs.length && pairs[i] <= pending[j]);
                long pair = counted ? pairs[i] : pending[j];
                double count = counted ? counts[i++] : 1;
                j += counted ? 0 : 1;
                if (size > 0 && merged[size - 1] == pair) {
                    sums[size - 1] += count;
                } else {
                    merged[size] = pair;
                    sums[size++] = count;
                }
            }
            pairs = Arrays.copyOf(merged, size);
            counts = Arrays.copyOf(sums, size);
            waiting = 0;
        }

        /** What was counted. */
        Cooccurrences finish() {
            merge();
            int[] starts = new int[vocabulary + 1];
            int[] columns = new int[pairs.length];
            for (int i = 0; i < pairs.length; i++) {
                starts[Math.toIntExact(pairs[i] / vocabulary) + 1]++;
                columns[i] = Math.toIntExact(pairs[i] % vocabulary);
            }
            for (int row = 0; row < vocabulary; row++) {
                starts[row + 1] += starts[row];
            }
            return new Cooccurrences(starts, columns, counts);
        }
    }

    /** Number of rows. */
    int rows() {
        return starts.length - 1;
    }

    /**
     * The same places with the positive pointwise mutual information {@code max(0, log(#(w, c) · N / (#w · #c)))} as numbers,
     * where #w and #c are sums of rows and columns and N is the sum of all.
     */
    Cooccurrences positiveInformation() {
        double[] sums = new double[rows()];
        double all = 0;
        for (int row = 0; row < rows(); row++) {
            for (int i = starts[row]; i < starts[row + 1]; i++) {
                sums[row] += counts[i];
            }
            all += sums[row];
        }
        double[] information = new double[counts.length];
        for (int row = 0; row < rows(); row++) {
            for (int i = starts[row]; i < starts[row + 1]; i++) {
                double ratio = counts[i] * all / (sums[row] * sums[columns[i]]);
                information[i] = Math.max(0, StrictMath.log(ratio));
            }
        }
        return new Cooccurrences(starts, columns, information);
    }
}
