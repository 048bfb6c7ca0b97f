package io.sinter.merge;

import io.sinter.combine.Combination;
import io.sinter.error.IncompatibleException;
import io.sinter.linalg.Matrix;
import io.sinter.missing.TrainedRows;
import io.sinter.recipe.DimensionEntry;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Fits the maps that bring tables to one width, on the rows of the tokens that all models have. */
final class WidthFits {

    /** What tables' rows are about. */
    static final String SHARED_TOKENS = "shared tokens";

    private WidthFits() {}

    /**
     * Fits the maps of a plan's combination.
     *
     * @param tables in the order of the result
     * @throws IncompatibleException if the models share no token
     */
    static MapFits.Fitted of(MergePlan plan, List<TensorData> tables) {
        DimensionEntry dimension = Objects.requireNonNull(plan.recipe().dimension());
        long[] tokens = trained(plan, sharedTokens(plan));
        if (tokens.length == 0) {
            throw new IncompatibleException(
                    "dimension: by: %s is fitted on the tokens that the models share, but there is none; use by: zero-pad or linear"
                            .formatted(dimension.by().method()));
        }
        boolean scaled = plan.combination().rows() == Combination.Rows.UNIT_LENGTH;
        List<Matrix> shared = tables.stream()
                .map(table -> Matrix.copyOf(Rows.gather(table, tokens)))
                .map(rows -> scaled ? rows.toUnitLength() : rows)
                .toList();
        List<String> names = plan.sources().stream().map(PlannedSource::name).toList();
        return MapFits.fit(
                dimension.by(),
                plan.combination(),
                new MapFits.FitRows(names, shared, SHARED_TOKENS),
                () -> Combinations.fittedTo(dimension, plan.tables()));
    }

    /** The tables' rows of the tokens that every source has of its own; the tables themselves where those are all. */
    static List<TensorData> sharedRows(MergePlan plan, List<TensorData> tables) {
        long[] tokens = sharedTokens(plan);
        return tokens.length == plan.rows()
                ? tables
                : tables.stream().map(table -> Rows.gather(table, tokens)).toList();
    }

    private static long[] sharedTokens(MergePlan plan) {
        return IntStream.range(0, Math.toIntExact(plan.rows()))
                .filter(t -> plan.sources().stream().allMatch(s -> s.rows().row(t) != SourceRows.LACKING))
                .asLongStream()
                .toArray();
    }

    /** Those of which no model's row looks as it was drawn. */
    private static long[] trained(MergePlan plan, long[] tokens) {
        LongStream kept = LongStream.of(tokens);
        for (PlannedSource source : plan.sources()) {
            TrainedRows trained = TrainedRows.of(Matrix.copyOf(source.table().data()));
            kept = kept.filter(token -> trained.isTrained(source.rows().row((int) token)));
        }
        return kept.toArray();
    }
}
