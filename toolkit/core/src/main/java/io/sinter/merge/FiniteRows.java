package io.sinter.merge;

import io.sinter.error.MalformedException;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.stream.IntStream;

/** Holds what is merged to finite numbers: one NaN in a table and every text with that token has no vector. */
final class FiniteRows {

    private static final int NAMED = 5;

    private FiniteRows() {}

    /**
     * Looks at every row.
     *
     * @param tables of the plan's sources, in their order
     * @throws MalformedException if a row has an element that is NaN or infinite; names the model and its rows
     */
    static void require(MergePlan plan, List<TensorData> tables) {
        for (int i = 0; i < tables.size(); i++) {
            int[] bad = Rows.notFinite(tables.get(i));
            if (bad.length > 0) {
                throw refusal(plan.sources().get(i), bad);
            }
        }
    }

    private static MalformedException refusal(PlannedSource source, int[] rows) {
        List<Integer> own = IntStream.of(rows)
                .map(row -> source.rows().row(row))
                .filter(row -> row != SourceRows.LACKING)
                .limit(NAMED)
                .boxed()
                .toList();
        return new MalformedException(
                "%s: %d rows of its table hold NaN or infinity, such as %s: expected finite numbers; repair the model, or leave it out"
                        .formatted(source.name(), rows.length, own));
    }
}
