package io.sinter.finetune.recipe;

import io.sinter.error.RecipeException;
import io.sinter.error.SinterException;
import io.sinter.error.UnsupportedException;
import io.sinter.file.TemporaryFolder;
import io.sinter.finetune.FineTuning;
import io.sinter.finetune.Opening;
import io.sinter.finetune.Selection;
import io.sinter.finetune.Task;
import io.sinter.finetune.Trainable;
import io.sinter.finetune.recipe.TrainingWorkplace.Start;
import io.sinter.merge.ModelLocation;
import io.sinter.output.StagedDirectory;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.output.Stopwatch;
import io.sinter.progress.Progress;
import io.sinter.recipe.TrainEntry;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import io.sinter.train.EarlyStopping;
import io.sinter.train.RunOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Carries out recipes with a {@code train:} section: merges, trains what was merged, writes a directory.
 *
 * @param runtime computes merges and steps
 * @param session where
 * @param locations finds models
 * @param progress hears how far a merge is
 */
public record RecipeTraining(Runtime runtime, SessionOptions session, ModelLocation locations, Progress progress) {

    /** Steps from one checkpoint to the next are no more than this. */
    private static final long MOST_BETWEEN_SAVES = 250;

    private static final int TENTH = 10;

    /** What to do with what is there. */
    public enum Mode {
        /** Train from the start. */
        NEW,
        /** Go on with the training that was interrupted, if one was. */
        RESUME
    }

    /**
     * Does everything but train: a merge is made in a temporary folder, the data is read, the graph of the training is built.
     *
     * @throws io.sinter.error.SinterException if it cannot be trained
     */
    public TrainingPlan plan(TrainingRecipe recipe) {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path merged = folder.path().resolve("merged");
            Path start = new StartingModel(runtime, session, locations, progress).of(recipe, merged);
            try (Trainable model = Trainable.open(start, opening(recipe.train()))) {
                return Work.of(recipe, model).plan();
            }
        }
    }

    /**
     * Trains into a directory, which appears whole or not at all. What is on the way is in a folder beside it, named as it
     * with {@code .training} behind: from there a training that was interrupted goes on.
     *
     * @throws io.sinter.error.SinterException if it cannot be trained
     */
    public TrainingReport train(
            TrainingRecipe recipe, Path target, Existing existing, Mode mode, TrainingWatcher watcher) {
        StagedDirectory.check(target, existing);
        TrainingWorkplace place = TrainingWorkplace.open(
                target,
                recipe,
                switch (mode) {
                    case NEW -> Start.ANEW;
                    case RESUME -> Start.RESUMED;
                });
        try {
            TrainingReport report = train(recipe, new Output(target, existing), place, watcher);
            place.remove();
            return report;
        } catch (SinterException e) {
            place.removeWithoutCheckpoint();
            throw e;
        }
    }

    /** Where the result goes. */
    record Output(Path target, Existing existing) {}

    private TrainingReport train(
            TrainingRecipe recipe, Output output, TrainingWorkplace place, TrainingWatcher watcher) {
        Stopwatch watch = new Stopwatch();
        StartingModel starting = new StartingModel(runtime, session, locations, progress);
        Path start = watch.time("merge", () -> starting.of(recipe, place.merged()));
        try (Trainable model = Trainable.open(start, opening(recipe.train()))) {
            Work work = watch.time("prepare", () -> Work.of(recipe, model));
            watcher.planned(work.plan());
            FineTuning.Learned learned =
                    watch.time("train", () -> work.prepared().run(runtime, session, Optional.of(place.run()), watcher));
            return new TrainedDirectory(this, recipe, work, start, place.run()).write(learned, output, watch);
        }
    }

    private static Opening opening(TrainEntry train) {
        if (train.learning().dropout() > 0) {
            throw new UnsupportedException(
                    "train: dropout: got %s, but graphs have no places for it here; remove the key"
                            .formatted(train.learning().dropout()));
        }
        Integer tokens = train.texts().maxTokens();
        return new Opening(
                Objectives.purpose(train.objective()),
                Optional.ofNullable(train.texts().pooling()),
                tokens == null ? OptionalInt.empty() : OptionalInt.of(tokens));
    }

    /** A training that is ready to begin. */
    record Work(
            TrainingRecipe recipe,
            Trainable model,
            Task task,
            long parameters,
            FineTuning.Prepared prepared,
            long steps) {

        static Work of(TrainingRecipe recipe, Trainable model) {
            TrainEntry train = recipe.train();
            Task task = Objectives.task(recipe, model);
            long parameters = model.parameters().stream()
                    .mapToLong(value -> value.initializer() == null
                            ? 0
                            : value.initializer().elementCount())
                    .sum();
            long steps = train.length()
                    .steps(Math.max(
                            1,
                            Math.round(task.stepsPerEpoch()
                                    / (double) train.length().accumulate())));
            FineTuning tuning =
                    new FineTuning(model, task, selection(train), options(recipe, steps), run(train, steps));
            return new Work(recipe, model, task, parameters, tuning.prepare(), steps);
        }

        private static io.sinter.train.TrainingOptions options(TrainingRecipe recipe, long steps) {
            try {
                return recipe.train().options(steps);
            } catch (IllegalArgumentException e) {
                throw new RecipeException(recipe.file().getFileName() + ": train: " + e.getMessage(), e);
            }
        }

        private static RunOptions run(TrainEntry train, long steps) {
            TrainEntry.DevEntry dev = train.dev();
            long tenth = Math.max(1, steps / TENTH);
            Integer patience = dev == null ? null : dev.patience();
            return new RunOptions(
                    steps,
                    Math.min(tenth, MOST_BETWEEN_SAVES),
                    dev == null || dev.every() == null ? tenth : dev.every(),
                    patience == null ? Optional.empty() : Optional.of(new EarlyStopping(patience)));
        }

        private static Selection selection(TrainEntry train) {
            TrainEntry.LoraEntry lora = train.lora();
            if (lora != null) {
                return new Selection.Lora(
                        lora.rank(),
                        lora.alpha() == null ? 2.0 * lora.rank() : lora.alpha(),
                        lora.on() == null ? List.of() : lora.on(),
                        train.learning().seed());
            }
            return train.only() == null ? Selection.all() : new Selection.Only(train.only());
        }

        TrainingPlan plan() {
            return TrainingPlan.of(this);
        }
    }
}
