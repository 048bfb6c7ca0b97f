package io.sinter.mergekit;

import java.nio.file.Path;
import java.util.List;

/**
 * A recipe that merges whole models.
 *
 * @param file where it was read, from whose folder relative paths start
 * @param text as it was written
 * @param stages each after those whose results it takes; the last makes the result
 */
public record MergekitRecipe(Path file, String text, List<MergeStage> stages) {

    /** Copies the list. */
    public MergekitRecipe {
        stages = List.copyOf(stages);
    }
}
