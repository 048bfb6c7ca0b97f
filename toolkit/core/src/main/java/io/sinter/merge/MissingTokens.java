package io.sinter.merge;

import io.sinter.error.IncompatibleException;
import io.sinter.linalg.Matrix;
import io.sinter.missing.AuxiliaryOptions;
import io.sinter.missing.Lack;
import io.sinter.missing.MissingRows;
import io.sinter.missing.Pieces;
import io.sinter.missing.TrainedRows;
import io.sinter.progress.Progress;
import io.sinter.tokenizer.TokenizerJson;
import io.sinter.vocabulary.Composition;
import io.sinter.vocabulary.VocabularyAlignment;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Makes the rows of tokens that a source lacks. What such a token is like is measured in a *guide*: the source whose
 * tokenizer the result has, or else the first that has the token.
 */
final class MissingTokens {

    private final MergePlan plan;
    private final Progress progress;
    private final Map<Integer, Matrix> tables = new HashMap<>();
    private final Map<Integer, TrainedRows> trained = new HashMap<>();

    MissingTokens(MergePlan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /**
     * The rows of a source for the tokens that it lacks, in their order.
     *
     * @param own its table, and other columns that follow it, {@code [rows, c]}
     * @return {@code [lacking, c]}
     */
    Matrix rows(PlannedSource source, Matrix own) {
        int[] lacking = source.rows().lacking();
        Matrix made = Matrix.allocate(lacking.length, own.columns());
        int number = plan.sources().indexOf(source);
        try (Progress.Task task =
                progress.begin("making rows of %s by %s".formatted(source.name(), method().method()), lacking.length)) {
            for (Map.Entry<Integer, List<Integer>> group :
                    byGuide(number, lacking).entrySet()) {
                int[] at = group.getValue().stream().mapToInt(Integer::intValue).toArray();
                int[] tokens = IntStream.of(at).map(i -> lacking[i]).toArray();
                put(method().fill(lack(number, own, group.getKey(), tokens)), made, at);
                task.advance(at.length);
            }
        }
        return made;
    }

    private MissingRows method() {
        return Objects.requireNonNull(plan.recipe().vocabulary(), "vocabularies are the same")
                .missing();
    }

    private static void put(Matrix rows, Matrix into, int[] at) {
        for (int i = 0; i < at.length; i++) {
            MemorySegment row = rows.row(i);
            MemorySegment.copy(row, 0, into.row(at[i]), 0, row.byteSize());
        }
    }

    /** For each guide, which of the lacking tokens it has. */
    private Map<Integer, List<Integer>> byGuide(int number, int[] lacking) {
        List<Integer> order = new ArrayList<>(List.of(plan.vocabulary().owner()));
        IntStream.range(0, plan.sources().size())
                .filter(i -> !order.contains(i))
                .forEach(order::add);
        order.remove(Integer.valueOf(number));
        Map<Integer, List<Integer>> groups = new HashMap<>();
        for (int i = 0; i < lacking.length; i++) {
            int token = lacking[i];
            int guide = order.stream()
                    .filter(g -> plan.sources().get(g).rows().row(token) != SourceRows.LACKING)
                    .findFirst()
                    .orElseThrow(() -> new IncompatibleException(
                            "vocabulary: no model has a row for token %d; is one of the tokenizers another model's?"
                                    .formatted(token)));
            groups.computeIfAbsent(guide, g -> new ArrayList<>()).add(i);
        }
        return groups;
    }

    private Lack lack(int number, Matrix own, int guide, int[] tokens) {
        SourceTokens ownTokens = plan.vocabulary().tokens().get(number);
        SourceTokens guideTokens = plan.vocabulary().tokens().get(guide);
        int[] missing =
                IntStream.of(tokens).map(plan.sources().get(guide).rows()::row).toArray();
        int[][] shared = trained(
                VocabularyAlignment.of(guideTokens.forms(), ownTokens.forms()).shared(), guide, number);
        int columns = Math.toIntExact(plan.sources().get(number).table().data().dim(1));
        AuxiliaryOptions auxiliary = method().auxiliary();
        Matrix likeness = auxiliary == null ? table(guide) : vectors(auxiliary, guideTokens);
        return new Lack(own, likeness, shared[1], shared[0], missing, pieces(guideTokens, missing, ownTokens))
                .withTableColumns(columns);
    }

    private Matrix vectors(AuxiliaryOptions options, SourceTokens guide) {
        TokenizerJson tokenizer = guide.tokenizer()
                .orElseThrow(() -> new IncompatibleException(
                        "vocabulary: missing: %s: a text cannot be cut into tokens of %s, which has no tokenizer"
                                .formatted(method().method(), guide.name())));
        return Auxiliary.vectors(options, plan.recipe().folder(), tokenizer, guide.rows());
    }

    /** Pairs of which both rows were trained. */
    private int[][] trained(int[][] shared, int guide, int own) {
        TrainedRows ofGuide = trained(guide);
        TrainedRows ofOwn = trained(own);
        int[] kept = IntStream.range(0, shared[0].length)
                .filter(i -> ofGuide.isTrained(shared[0][i]) && ofOwn.isTrained(shared[1][i]))
                .toArray();
        return new int[][] {
            IntStream.of(kept).map(i -> shared[0][i]).toArray(),
            IntStream.of(kept).map(i -> shared[1][i]).toArray()
        };
    }

    private TrainedRows trained(int number) {
        return trained.computeIfAbsent(number, n -> TrainedRows.of(table(n)));
    }

    private List<Pieces> pieces(SourceTokens guide, int[] missing, SourceTokens own) {
        if (!method().needs().contains(MissingRows.Need.PIECES)) {
            return List.of();
        }
        TokenizerJson tokenizer = own.tokenizer()
                .orElseThrow(() -> new IncompatibleException(
                        "vocabulary: missing: %s cuts texts with the tokenizer of %s, which has none; take another method"
                                .formatted(method().method(), own.name())));
        return Composition.of(guide.forms(), missing, tokenizer).stream()
                .map(c -> new Pieces(c.rows(), c.lengths()))
                .toList();
    }

    private Matrix table(int number) {
        return tables.computeIfAbsent(
                number, n -> Matrix.copyOf(plan.sources().get(n).table().data()));
    }
}
