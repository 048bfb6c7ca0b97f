package io.sinter.eval;

import io.sinter.error.MalformedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Pairs of sentences that people scored by how similar they are.
 *
 * @param name for reports
 * @param pairs at least two
 */
public record StsDataset(String name, List<Pair> pairs) {

    /**
     * Two sentences.
     *
     * @param score higher for more similar
     * @param first a sentence
     * @param second another
     */
    public record Pair(double score, String first, String second) {

        /**
         * Reads {@code score<TAB>sentence<TAB>sentence}.
         *
         * @param where the line, for messages
         * @throws MalformedException if it is otherwise
         */
        public static Pair parse(String where, String line) {
            String[] parts = line.split("\t", -1);
            if (parts.length != 3) {
                throw new MalformedException("%s: got %d fields, expected score, sentence and sentence between tabs"
                        .formatted(where, parts.length));
            }
            double score;
            try {
                score = Double.parseDouble(parts[0]);
            } catch (NumberFormatException e) {
                throw new MalformedException("%s: got score \"%s\", expected a number".formatted(where, parts[0]), e);
            }
            if (!Double.isFinite(score)) {
                throw new MalformedException("%s: got score %s, expected a finite number".formatted(where, parts[0]));
            }
            return new Pair(score, parts[1], parts[2]);
        }
    }

    /** Copies the list. */
    public StsDataset {
        pairs = List.copyOf(pairs);
        if (pairs.size() < 2) {
            throw new IllegalArgumentException("%s: %d pairs, expected 2 or more".formatted(name, pairs.size()));
        }
    }

    /**
     * Reads UTF-8 lines {@code score<TAB>sentence<TAB>sentence}; empty lines are passed over.
     *
     * @throws io.sinter.error.MissingException if there is no such file
     * @throws MalformedException at the first line that is otherwise, with its number, or if there are fewer than 2
     */
    public static StsDataset read(Path file) {
        List<Pair> pairs = new ArrayList<>();
        int number = 0;
        for (String line : DatasetFile.lines(file)) {
            number++;
            if (!line.isEmpty()) {
                pairs.add(Pair.parse("%s: line %d".formatted(file, number), line));
            }
        }
        if (pairs.size() < 2) {
            throw new MalformedException("%s: %d pairs, expected 2 or more".formatted(file, pairs.size()));
        }
        return new StsDataset(DatasetFile.name(file), pairs);
    }

    /** The people's scores. */
    public double[] scores() {
        return pairs.stream().mapToDouble(Pair::score).toArray();
    }
}
