package io.sinter.finetune.recipe;

import io.sinter.error.UnsupportedException;
import io.sinter.finetune.Opening.Purpose;
import io.sinter.finetune.Task;
import io.sinter.finetune.Trainable;
import io.sinter.finetune.task.MaskedLanguageModelling;
import io.sinter.recipe.ObjectiveEntry;
import io.sinter.recipe.TrainEntry;
import io.sinter.train.Batches;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The tasks that recipes name. */
final class Objectives {

    private Objectives() {}

    /**
     * The task of a recipe.
     *
     * @param model that learns it
     * @throws io.sinter.error.SinterException if the data cannot be read, or the model has not what the task needs
     */
    static Task task(TrainingRecipe recipe, Trainable model) {
        TrainEntry train = recipe.train();
        List<Path> files =
                train.texts().files().stream().map(recipe.folder()::resolve).toList();
        Optional<Path> dev =
                Optional.ofNullable(train.dev()).map(d -> recipe.folder().resolve(d.data()));
        Batches batches = new Batches(train.length().batch(), train.learning().seed());
        return switch (train.objective()) {
            case ObjectiveEntry.MaskedLanguageModel m -> MaskedLanguageModelling.of(model, files, dev, batches);
            case ObjectiveEntry other ->
                throw new UnsupportedException(
                        "%s: train: objective: got %s, which sinter train cannot teach yet: expected masked_language_model"
                                .formatted(recipe.file().getFileName(), other.method()));
        };
    }

    /** What of a model an objective trains. */
    static Purpose purpose(ObjectiveEntry objective) {
        return switch (objective) {
            case ObjectiveEntry.MaskedLanguageModel m -> Purpose.TOKENS;
            case ObjectiveEntry.Similarity s -> Purpose.SENTENCES;
            case ObjectiveEntry.Cosine c -> Purpose.SENTENCES;
            case ObjectiveEntry.Contrastive c -> Purpose.SENTENCES;
            case ObjectiveEntry.Triplet t -> Purpose.SENTENCES;
            case ObjectiveEntry.Classification c -> Purpose.SENTENCES;
            case ObjectiveEntry.MultiLabel m -> Purpose.SENTENCES;
            case ObjectiveEntry.Distillation d -> Purpose.SENTENCES;
        };
    }
}
