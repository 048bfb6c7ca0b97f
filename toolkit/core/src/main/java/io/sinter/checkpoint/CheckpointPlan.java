package io.sinter.checkpoint;

import io.sinter.error.IncompatibleException;
import io.sinter.mergekit.MergeStage;
import io.sinter.mergekit.MergekitRecipe;
import io.sinter.mergekit.ModelReference;
import io.sinter.output.Manifest;
import io.sinter.output.ModelCard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a recipe for whole models comes to: every model found and checked, every tensor with its sources and parameters.
 * Nothing has been merged yet.
 */
public final class CheckpointPlan {

    private final MergekitRecipe recipe;
    private final List<StagePlan> stages;
    private final List<StageWeights> results;

    private CheckpointPlan(MergekitRecipe recipe, List<StagePlan> stages, List<StageWeights> results) {
        this.recipe = recipe;
        this.stages = List.copyOf(stages);
        this.results = List.copyOf(results);
    }

    /**
     * Plans a recipe.
     *
     * @param locations finds the models, and downloads what is not there
     * @throws io.sinter.error.SinterException if a model is missing, models are not of one architecture, or a parameter does
     *     not suit
     */
    public static CheckpointPlan of(MergekitRecipe recipe, ModelFinder locations) {
        Path parent = recipe.file().toAbsolutePath().getParent();
        ModelOpener opener = new ModelOpener(parent == null ? Path.of("") : parent, locations);
        List<StagePlan> stages = new ArrayList<>();
        List<StageWeights> results = new ArrayList<>();
        for (MergeStage stage : recipe.stages()) {
            StagePlan plan = StagePlanner.plan(stage, opener);
            StageWeights result = new StageWeights(plan.tensors());
            if (stage.name() != null && stages.size() < recipe.stages().size() - 1) {
                if (plan.layers().isPresent()) {
                    throw new IncompatibleException(
                            stage.place()
                                    + ": slices: only the last merge can put layers together anew; give its result to another recipe");
                }
                opener.add(new OpenedModel(
                        new ModelReference(stage.name(), null),
                        plan.reference().path(),
                        result,
                        plan.reference().graph(),
                        plan.reference().companions(),
                        List.of()));
            }
            stages.add(plan);
            results.add(result);
        }
        return new CheckpointPlan(recipe, stages, results);
    }

    /** The recipe. */
    public MergekitRecipe recipe() {
        return recipe;
    }

    /** The merges, the last of which makes the result. */
    List<StagePlan> stages() {
        return stages;
    }

    /** The last merge. */
    StagePlan result() {
        return stages.getLast();
    }

    /** What a merge makes, for those that take it. */
    StageWeights resultOf(int stage) {
        return results.get(stage);
    }

    /** The models that the recipe names, each once; results of other documents are not among them. */
    List<OpenedModel> sources() {
        return stages.stream()
                .flatMap(stage -> stage.models().stream())
                .filter(model -> !model.files().isEmpty())
                .distinct()
                .toList();
    }

    /** Whether the models are .onnx graphs, not checkpoints. */
    public boolean isOfGraphs() {
        return result().reference().graph().isPresent();
    }

    /** The files of all models that go in. */
    public List<Path> files() {
        return sources().stream()
                .flatMap(model -> model.files().stream())
                .distinct()
                .toList();
    }

    /** The models that go in, for the result's card. */
    public List<ModelCard.Parent> parents() {
        return sources().stream()
                .map(s -> new ModelCard.Parent(
                        s.label(), s.path().toString(), s.companions().license().orElse(null)))
                .toList();
    }

    /** The models that go in, with the digests of their files. */
    public List<Manifest.Source> digests() {
        return sources().parallelStream()
                .map(model -> Manifest.Source.of(model.label(), model.path(), model.files()))
                .toList();
    }

    /** Bytes of all tensors that are written, results of earlier documents included. */
    public long bytesWritten() {
        return stages.stream().mapToLong(StagePlan::bytes).sum();
    }
}
