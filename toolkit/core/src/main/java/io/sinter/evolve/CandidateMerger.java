package io.sinter.evolve;

import io.sinter.checkpoint.CheckpointMerger;
import io.sinter.checkpoint.CheckpointPlan;
import io.sinter.ensemble.EnsembleMerger;
import io.sinter.ensemble.EnsemblePlanner;
import io.sinter.error.OutputException;
import io.sinter.merge.MergePlanner;
import io.sinter.merge.Merger;
import io.sinter.merge.ModelLocation;
import io.sinter.mergekit.MergekitReader;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.RecipeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Merges recipes into models.
 *
 * @param file of the recipe, from whose folder relative paths start
 * @param locations finds models
 * @param tables carries out recipes for tables
 * @param encoders carries out recipes for encoders side by side
 * @param checkpoints carries out recipes of mergekit's
 */
public record CandidateMerger(
        Path file, ModelLocation locations, Merger tables, EnsembleMerger encoders, CheckpointMerger checkpoints) {

    /** The same for a recipe elsewhere. */
    CandidateMerger at(Path other) {
        return new CandidateMerger(other, locations, tables, encoders, checkpoints);
    }

    /**
     * Merges for a program that goes on with the model.
     *
     * @param text of the recipe
     * @param folder that is not there yet
     */
    void merge(String text, Path folder) {
        if (MergekitReader.recognizes(text)) {
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw new OutputException(folder + ": cannot be written: " + e.getMessage(), e);
            }
            checkpoints.mergeModel(CheckpointPlan.of(MergekitReader.parse(file, text), locations), folder);
        } else {
            whole(text, folder);
        }
    }

    /** Merges as {@code sinter merge} does. */
    void whole(String text, Path folder) {
        if (MergekitReader.recognizes(text)) {
            checkpoints.merge(CheckpointPlan.of(MergekitReader.parse(file, text), locations), folder, Existing.REPLACE);
            return;
        }
        Recipe recipe = RecipeReader.parse(file, text);
        if (recipe.combinesEncoders()) {
            encoders.merge(EnsemblePlanner.plan(recipe, locations), folder, Existing.REPLACE);
        } else {
            tables.merge(MergePlanner.plan(recipe, locations), folder, Existing.REPLACE);
        }
    }
}
