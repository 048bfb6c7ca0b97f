package io.sinter.merge;

import io.sinter.recipe.ModelEntry;
import io.sinter.source.ModelSource;
import io.sinter.source.SourceTable;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model of the recipe, opened.
 *
 * @param entry what the recipe says
 * @param source what is on the disk
 * @param table its table as it is stored
 * @param order which of its rows stands for each row of the result, or null where they are in the same order
 */
public record PlannedSource(
        ModelEntry entry,
        ModelSource source,
        SourceTable table,
        @Nullable List<Integer> order) {

    /** Its name in the recipe. */
    public String name() {
        return entry.name();
    }

    /** Its rows in the order of the result: mapped as they are where that is the same, else copied. */
    TensorData alignedTable(long rows) {
        if (order != null) {
            return Rows.gather(
                    table.data(), order.stream().mapToLong(Integer::longValue).toArray());
        }
        return table.rows() == rows ? table.data() : table.data().rows(0, rows);
    }
}
