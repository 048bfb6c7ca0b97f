package io.sinter.merge;

import io.sinter.recipe.ModelEntry;
import io.sinter.source.ModelSource;
import io.sinter.source.SourceTable;

/**
 * A model of the recipe, opened.
 *
 * @param entry what the recipe says
 * @param source what is on the disk
 * @param table its table as it is stored
 * @param rows which of its rows stand for the tokens of the result
 */
public record PlannedSource(ModelEntry entry, ModelSource source, SourceTable table, SourceRows rows) {

    /** Its name in the recipe. */
    public String name() {
        return entry.name();
    }
}
