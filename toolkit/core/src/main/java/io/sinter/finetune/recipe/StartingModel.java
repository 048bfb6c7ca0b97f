package io.sinter.finetune.recipe;

import io.sinter.checkpoint.CheckpointMerger;
import io.sinter.checkpoint.CheckpointPlan;
import io.sinter.ensemble.EnsembleMerger;
import io.sinter.ensemble.EnsemblePlanner;
import io.sinter.hub.Wanted;
import io.sinter.merge.MergePlanner;
import io.sinter.merge.Merger;
import io.sinter.merge.ModelLocation;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.progress.Progress;
import io.sinter.recipe.Recipe;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes or finds the model that a training starts from.
 *
 * @param runtime computes merges
 * @param session where
 * @param locations finds models
 * @param progress hears how far it is
 */
record StartingModel(Runtime runtime, SessionOptions session, ModelLocation locations, Progress progress) {

    /**
     * The model's directory. A merge is left as it is, not optimised: that comes after the training.
     *
     * @param merged where a merge goes; one that is there is taken
     */
    Path of(TrainingRecipe recipe, Path merged) {
        return switch (recipe.start()) {
            case TrainingRecipe.Start.Model(String name) -> locations.find(name, recipe.folder(), Wanted.CHECKPOINT);
            case TrainingRecipe.Start.Merged(Recipe tables) -> {
                if (!Files.exists(merged)) {
                    merge(tables.withoutOptimization(), merged);
                }
                yield merged;
            }
            case TrainingRecipe.Start.Weights(var weights) -> {
                if (!Files.exists(merged)) {
                    new CheckpointMerger(progress)
                            .merge(CheckpointPlan.of(weights, locations), merged, Existing.REFUSE);
                }
                yield merged;
            }
        };
    }

    private void merge(Recipe recipe, Path merged) {
        if (recipe.combinesEncoders()) {
            new EnsembleMerger(runtime, session, progress)
                    .merge(EnsemblePlanner.plan(recipe, locations), merged, Existing.REFUSE);
        } else {
            new Merger(runtime, session, progress).merge(MergePlanner.plan(recipe, locations), merged, Existing.REFUSE);
        }
    }
}
