package io.sinter.merge;

import io.sinter.checkpoint.CheckpointMerger;
import io.sinter.checkpoint.CheckpointPlan;
import io.sinter.checkpoint.CheckpointReport;
import io.sinter.error.OutputException;
import io.sinter.file.Unfinished;
import io.sinter.merge.MergePlan.Body;
import io.sinter.mergekit.MergekitReader;
import io.sinter.progress.Progress;
import io.sinter.recipe.BodyEntry;
import io.sinter.recipe.ModelEntry;
import io.sinter.recipe.Recipe;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A body whose weights are merged first ({@code body: {merge: …}}), in a folder that goes when this is closed; of other plans,
 * the plan as it is.
 *
 * @param plan with the merged body
 * @param report of its merge, if it was merged
 * @param folder where it is
 */
record MergedBody(MergePlan plan, Optional<CheckpointReport> report, Path folder) implements AutoCloseable {

    /** The merge that makes a recipe's body, if one does; the recipe's models go by their names. */
    static Optional<CheckpointPlan> plan(Recipe recipe, ModelLocation locations) {
        if (!(recipe.body() instanceof BodyEntry.Merged merged)) {
            return Optional.empty();
        }
        Map<String, String> names =
                recipe.models().stream().collect(Collectors.toMap(ModelEntry::name, ModelEntry::model));
        return Optional.of(
                CheckpointPlan.of(MergekitReader.inRecipe(recipe.file(), merged.merge()), locations.withNames(names)));
    }

    /** What such a body is before it is merged: the model whose tokens it has, read as the merge reads it. */
    static Body planned(CheckpointPlan merge, PlannedSource model) {
        ModelSource source = model.source() instanceof GraphSource graph && !merge.isOfGraphs()
                ? graph.checkpoint().<ModelSource>map(c -> c).orElse(graph)
                : model.source();
        return MergePlanner.ofModel(model, source);
    }

    /**
     * Merges the body of a plan.
     *
     * @param folder that is not there yet
     */
    static MergedBody of(MergePlan plan, Path folder, Progress progress) {
        if (plan.bodyMerge().isEmpty()) {
            return new MergedBody(plan, Optional.empty(), folder);
        }
        try {
            Files.createDirectory(folder);
        } catch (IOException e) {
            throw new OutputException(folder + ": cannot be written: " + e.getMessage(), e);
        }
        CheckpointReport report =
                new CheckpointMerger(progress).mergeModel(plan.bodyMerge().get(), folder);
        Body body = MergePlanner.ofModel(planned(plan.body()), ModelSource.open(folder));
        return new MergedBody(plan.withBody(body), Optional.of(report), folder);
    }

    private static PlannedSource planned(Body body) {
        return switch (body) {
            case Body.Graph graph -> graph.planned();
            case Body.Weights weights -> weights.planned();
            case Body.New fresh -> throw notOfModels();
            case Body.None none -> throw notOfModels();
        };
    }

    private static IllegalStateException notOfModels() {
        return new IllegalStateException("a merged body is made of models");
    }

    /** Removes the folder; weights that are still mapped live on without a name. */
    @Override
    public void close() {
        Unfinished.deleteTree(folder);
    }
}
