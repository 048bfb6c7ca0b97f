package io.sinter.ensemble;

import io.sinter.error.RecipeException;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.Execution;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.pooling.Normalization;
import io.sinter.probe.LabelledRows;
import io.sinter.probe.ProbeInput;
import io.sinter.probe.ProbeOptions;
import io.sinter.probe.ProbeReport;
import io.sinter.probe.ProbeRequest;
import io.sinter.probe.ProbeRun;
import io.sinter.progress.Progress;
import io.sinter.recipe.ClassifierEntry;
import io.sinter.recipe.OutputEntry;
import io.sinter.recipe.Recipe;
import io.sinter.runtime.Device;
import io.sinter.runtime.Runtime;
import io.sinter.source.ModelSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A recipe's {@code classifier: learn:}, fitted on the vectors of the graph that is served. */
final class LearnedClassifier {

    private LearnedClassifier() {}

    /**
     * Checks the rows, before anything is run.
     *
     * @throws io.sinter.error.SinterException if nothing can be learned of them
     */
    static void require(Recipe recipe, ProbeInput input) {
        learn(recipe.output()).ifPresent(learn -> {
            ProbeOptions options = options(learn);
            LabelledRows.of(input.read(data(recipe, learn), options.labels()), options);
        });
    }

    /**
     * Fits, and puts the classifier into the graph of a directory that is being written.
     *
     * @param target where the directory will be
     * @return how it was fitted; nothing where none is learned
     */
    static Optional<ProbeReport> add(
            EnsemblePlan plan, Runtime runtime, Device device, Progress progress, Output output) {
        OutputEntry written = plan.recipe().output();
        return learn(written).map(learn -> {
            Execution execution = switch (device) {
                case CPU -> Execution.processor();
                case CUDA -> Execution.cuda();
            };
            ProbeRequest request = new ProbeRequest(
                    ModelSource.open(output.staged()),
                    input(plan),
                    data(plan.recipe(), learn),
                    List.of(),
                    options(learn),
                    EmbedderOptions.DEFAULT
                            .withNormalization(Normalization.NONE)
                            .withExecution(execution));
            WriteOptions writing = WriteOptions.DEFAULT.withPlacement(
                    written.externalData() ? WriteOptions.Placement.EXTERNAL : WriteOptions.Placement.AUTOMATIC);
            return new ProbeRun(runtime, writing, progress).addTo(output.staged(), request, output.target());
        });
    }

    /** Where files are written, and where they will be. */
    record Output(Path staged, Path target) {}

    private static ProbeInput input(EnsemblePlan plan) {
        return plan.readsPictures() ? ProbeInput.PAIRS : ProbeInput.TEXTS;
    }

    private static Optional<ClassifierEntry.Learn> learn(OutputEntry output) {
        return Optional.ofNullable(output.classifier()).map(ClassifierEntry::learn);
    }

    private static Path data(Recipe recipe, ClassifierEntry.Learn learn) {
        return recipe.folder().resolve(learn.data());
    }

    private static ProbeOptions options(ClassifierEntry.Learn learn) {
        ProbeOptions usual = ProbeOptions.DEFAULT;
        try {
            return new ProbeOptions(
                    learn.strengths() == null ? usual.strengths() : learn.strengths(),
                    learn.folds() == null ? usual.folds() : learn.folds(),
                    learn.seed() == null ? usual.seed() : learn.seed(),
                    learn.multiLabel() ? ProbeOptions.Labels.SEVERAL : ProbeOptions.Labels.ONE);
        } catch (IllegalArgumentException e) {
            throw new RecipeException("output: classifier: learn: " + e.getMessage(), e);
        }
    }
}
