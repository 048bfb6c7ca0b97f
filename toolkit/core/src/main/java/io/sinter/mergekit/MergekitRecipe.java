package io.sinter.mergekit;

import io.sinter.recipe.TrainEntry;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A recipe that merges whole models.
 *
 * @param file where it was read, from whose folder relative paths start
 * @param text as it was written
 * @param stages each after those whose results it takes; the last makes the result
 * @param train how the result is trained, or null
 */
public record MergekitRecipe(
        Path file,
        String text,
        List<MergeStage> stages,
        @Nullable TrainEntry train) {

    /** Copies the list. */
    public MergekitRecipe {
        stages = List.copyOf(stages);
    }
}
