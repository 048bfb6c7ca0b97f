package io.sinter.merge;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MissingException;
import io.sinter.source.ModelSource;
import io.sinter.tokenizer.Vocabulary;
import io.sinter.tokenizer.VocabularyComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Whether row r of every table stands for the same token, and if not, whether reordering makes it so. */
final class SourceAlignment {

    private SourceAlignment() {}

    /** A source before it is aligned. */
    record Candidate(String name, long rows, long width, ModelSource source) {

        Optional<Vocabulary> vocabulary() {
            return source.vocabulary();
        }
    }

    /**
     * Compares every source with the reference.
     *
     * @param reference whose order of tokens stays
     * @throws IncompatibleException if tokens or numbers of rows differ, with the first difference and what to do
     */
    static VocabularyPlan of(List<Candidate> candidates, int reference) {
        Candidate base = candidates.get(reference);
        Optional<Vocabulary> vocabulary = base.vocabulary();
        vocabulary.ifPresent(v -> requireRows(base, v));
        int rows = Math.toIntExact(base.rows());
        List<SourceRows> sources = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            Candidate other = candidates.get(i);
            List<Integer> order = i == reference ? null : order(base, vocabulary, other, notes);
            sources.add(
                    order == null
                            ? SourceRows.inOrder(rows)
                            : SourceRows.of(
                                    order.stream().mapToInt(Integer::intValue).toArray()));
        }
        return new VocabularyPlan(
                rows, owner(candidates, sources, reference), Optional.empty(), sources, List.of(), List.of(), notes);
    }

    /** The reference, or if it has no tokenizer the first whose rows are in its order and that has one. */
    private static int owner(List<Candidate> candidates, List<SourceRows> sources, int reference) {
        return IntStream.concat(IntStream.of(reference), IntStream.range(0, candidates.size()))
                .filter(i -> sources.get(i).areInOrder()
                        && candidates.get(i).source().hasTokenizer())
                .findFirst()
                .orElse(reference);
    }

    private static @Nullable List<Integer> order(
            Candidate base, Optional<Vocabulary> vocabulary, Candidate other, List<String> notes) {
        Optional<Vocabulary> second = sameTokenizer(base, other) ? vocabulary : other.vocabulary();
        if (vocabulary.isEmpty() || second.isEmpty()) {
            requireSameRows(base, other);
            notes.add("%s has no tokenizer here, so row by row its tokens are taken to be those of %s"
                    .formatted(
                            second.isEmpty() ? other.name() : base.name(),
                            second.isEmpty() ? base.name() : other.name()));
            return null;
        }
        requireRows(other, second.get());
        return switch (VocabularyComparison.compare(vocabulary.get(), second.get())) {
            case VocabularyComparison.Same same -> {
                requireEnoughRows(base, other, notes);
                yield null;
            }
            case VocabularyComparison.Permuted permuted -> {
                notes.add("%s has the tokens of %s under other ids: its rows are put in the order of %s"
                        .formatted(other.name(), base.name(), base.name()));
                yield extended(base, other, permuted.rows());
            }
            case VocabularyComparison.Different different ->
                throw new IncompatibleException(different.message(base.name(), other.name()));
        };
    }

    /** Whether the files are equal byte for byte, as they mostly are: then one need not be parsed. */
    private static boolean sameTokenizer(Candidate base, Candidate other) {
        Path first = base.source().companions().folder().resolve("tokenizer.json");
        Path second = other.source().companions().folder().resolve("tokenizer.json");
        try {
            return Files.exists(first) && Files.exists(second) && Files.mismatch(first, second) == -1;
        } catch (IOException e) {
            throw new MissingException(second + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Rows of padding, beyond the last token, stay where they are. */
    private static List<Integer> extended(Candidate base, Candidate other, List<Integer> rows) {
        requireSameRows(base, other);
        List<Integer> all = new ArrayList<>(rows);
        for (int row = rows.size(); row < base.rows(); row++) {
            all.add(row);
        }
        return all;
    }

    private static void requireRows(Candidate source, Vocabulary vocabulary) {
        if (vocabulary.rowsNeeded() > source.rows()) {
            throw new IncompatibleException(
                    "%s: its tokenizer has ids up to %d, but its table has %d rows; is it the tokenizer of another model?"
                            .formatted(source.name(), vocabulary.rowsNeeded() - 1, source.rows()));
        }
    }

    private static void requireEnoughRows(Candidate base, Candidate other, List<String> notes) {
        if (other.rows() < base.rows()) {
            requireSameRows(base, other);
        } else if (other.rows() > base.rows()) {
            notes.add("%s has %d rows of padding beyond the %d of %s; they are left out"
                    .formatted(other.name(), other.rows() - base.rows(), base.rows(), base.name()));
        }
    }

    private static void requireSameRows(Candidate base, Candidate other) {
        if (base.rows() != other.rows()) {
            throw new IncompatibleException(
                    "tables: %s has [%d, %d], %s has [%d, %d]: the numbers of rows differ, so a row is not the same token in both; merge models of one tokenizer"
                            .formatted(
                                    base.name(), base.rows(), base.width(), other.name(), other.rows(), other.width()));
        }
    }
}
