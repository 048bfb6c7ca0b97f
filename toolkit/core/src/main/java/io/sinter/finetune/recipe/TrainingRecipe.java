package io.sinter.finetune.recipe;

import io.sinter.error.RecipeException;
import io.sinter.mergekit.MergekitReader;
import io.sinter.mergekit.MergekitRecipe;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.RecipeReader;
import io.sinter.recipe.RecordBinder;
import io.sinter.recipe.TrainEntry;
import io.sinter.recipe.Yaml;
import io.sinter.recipe.YamlReader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A recipe that is trained.
 *
 * @param file where it was read; relative paths in it start from its folder
 * @param text as it was written
 * @param start what is trained
 * @param train how
 */
public record TrainingRecipe(Path file, String text, Start start, TrainEntry train) {

    /** What is trained. */
    public sealed interface Start {

        /** A model that is there. */
        record Model(String name) implements Start {}

        /** What a merge of tables or encoders makes. */
        record Merged(Recipe recipe) implements Start {}

        /** What a merge of whole checkpoints makes. */
        record Weights(MergekitRecipe recipe) implements Start {}
    }

    /**
     * Reads a recipe: either language's with a {@code train:} section, or {@code model:} with one.
     *
     * @throws io.sinter.error.MissingException if there is no such file
     * @throws RecipeException if it is no recipe, or has no such section
     */
    public static TrainingRecipe read(Path file) {
        return parse(file, YamlReader.text(file));
    }

    /** Reads a recipe from a text; {@code file} is where relative paths start from, and named in messages. */
    public static TrainingRecipe parse(Path file, String text) {
        if (MergekitReader.recognizes(text)) {
            MergekitRecipe recipe = MergekitReader.parse(file, text);
            return new TrainingRecipe(file, text, new Start.Weights(recipe), required(file, recipe.train()));
        }
        Yaml yaml = YamlReader.parse(String.valueOf(file.getFileName()), text);
        if (yaml instanceof Yaml.Mapping mapping && mapping.get("model") != null && mapping.get("models") == null) {
            TrainEntry.OfModel of = RecordBinder.bind(yaml, TrainEntry.OfModel.class);
            return new TrainingRecipe(file, text, new Start.Model(of.model()), TrainEntry.read(of.train()));
        }
        Recipe recipe = RecipeReader.parse(file, text);
        return new TrainingRecipe(file, text, new Start.Merged(recipe), required(file, recipe.train()));
    }

    private static TrainEntry required(Path file, @Nullable TrainEntry train) {
        if (train == null) {
            throw new RecipeException(
                    file.getFileName() + ": has no train: section, so there is nothing to train; use sinter merge");
        }
        return train;
    }

    /** The folder that the recipe is in. */
    public Path folder() {
        Path parent = file.toAbsolutePath().normalize().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }
}
