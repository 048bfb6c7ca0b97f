package io.sinter.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Whether the rows of two models' tables stand for the same tokens. */
public sealed interface VocabularyComparison {

    /** Every token has the same id in both. */
    record Same() implements VocabularyComparison {}

    /**
     * The same tokens under other ids.
     *
     * @param rows for each id of the first vocabulary, the id that the same token has in the second: looking these rows
     *     up in the second's table puts it in the first's order; ids that stand for no token are matched in order
     */
    record Permuted(List<Integer> rows) implements VocabularyComparison {
        /** Copies the list. */
        public Permuted {
            rows = List.copyOf(rows);
        }
    }

    /**
     * Other tokens.
     *
     * @param token the first token, by id, that only one of them has
     * @param inFirst its id in the first, if that has it
     * @param inSecond its id in the second, if that has it
     * @param counts how many tokens there are
     */
    record Different(String token, OptionalInt inFirst, OptionalInt inSecond, Counts counts)
            implements VocabularyComparison {

        /** What differs and what to do, for models of the given names. */
        public String message(String first, String second) {
            String has = inFirst.isPresent() ? first : second;
            String lacks = inFirst.isPresent() ? second : first;
            int id = inFirst.orElseGet(() -> inSecond.orElse(-1));
            return """
                    vocabularies differ: "%s" has token "%s" (id %d), "%s" does not; "%s" has %d tokens, "%s" %d, %d are \
                    in both; say which tokens the result shall have, such as `vocabulary: {from: %s, missing: {method: omp}}` (docs/vocabularies.md), or merge models of one tokenizer""".formatted(
                            has, token, id, lacks, first, counts.first, second, counts.second, counts.common, first);
        }
    }

    /**
     * How many tokens there are.
     *
     * @param first in the first vocabulary
     * @param second in the second
     * @param common in both
     */
    record Counts(int first, int second, int common) {}

    /** Compares token by token. */
    static VocabularyComparison compare(Vocabulary first, Vocabulary second) {
        if (first.equals(second)) {
            return new Same();
        }
        int common = (int)
                first.ids().keySet().stream().filter(second.ids()::containsKey).count();
        Counts counts = new Counts(first.size(), second.size(), common);
        if (common < first.size()) {
            String token = firstMissing(first, second);
            return new Different(token, first.id(token), OptionalInt.empty(), counts);
        }
        if (common < second.size()) {
            String token = firstMissing(second, first);
            return new Different(token, OptionalInt.empty(), second.id(token), counts);
        }
        return new Permuted(permutation(first, second));
    }

    private static String firstMissing(Vocabulary has, Vocabulary lacks) {
        return has.ids().entrySet().stream()
                .filter(e -> !lacks.ids().containsKey(e.getKey()))
                .min(Map.Entry.comparingByValue(Comparator.naturalOrder()))
                .orElseThrow()
                .getKey();
    }

    private static List<Integer> permutation(Vocabulary first, Vocabulary second) {
        int rows = Math.max(first.rowsNeeded(), second.rowsNeeded());
        List<Integer> holes = new ArrayList<>();
        for (int id = 0; id < rows; id++) {
            if (second.token(id).isEmpty()) {
                holes.add(id);
            }
        }
        int nextHole = 0;
        List<Integer> permutation = new ArrayList<>(rows);
        for (int id = 0; id < rows; id++) {
            OptionalInt other = first.token(id).map(second::id).orElse(OptionalInt.empty());
            permutation.add(other.isPresent() ? other.getAsInt() : holes.get(nextHole++));
        }
        return permutation;
    }
}
