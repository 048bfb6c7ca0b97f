package io.sinter.recipe;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to merge and how.
 *
 * @param file where the recipe was read; relative paths in it start from its folder
 * @param text the recipe as it was written
 * @param models in order, which is kept
 * @param body what the merged table goes into; null makes a static embedding model
 * @param vocabulary which tokens the result has, or null to need the same ones everywhere
 * @param dimension how widths are made to fit, or null to need equal ones
 * @param combine how the models' vectors become one
 * @param fit texts that what is fitted to encoders' vectors is fitted on, or null where nothing is
 * @param mode whether the combination is computed now or in the served graph
 * @param output what to write
 * @param train how the result is trained, or null
 */
public record Recipe(
        Path file,
        String text,
        List<ModelEntry> models,
        @Nullable BodyEntry body,
        @Nullable VocabularyEntry vocabulary,
        @Nullable DimensionEntry dimension,
        CombineEntry combine,
        @Nullable FitEntry fit,
        Mode mode,
        OutputEntry output,
        @Nullable TrainEntry train) {

    /** When the combination is computed. */
    public enum Mode {
        /** Now, into one table: no cost at inference. */
        BAKE,
        /** In the served graph, for the tokens looked up. */
        LIVE
    }

    /** Copies the list. */
    public Recipe {
        models = List.copyOf(models);
    }

    /** The folder that the recipe is in. */
    public Path folder() {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    /** Whether the models' encoders stand side by side, so that there is no body and no merged table. */
    public boolean combinesEncoders() {
        return switch (combine.level()) {
            case TABLE -> false;
            case TOKEN, SENTENCE -> true;
        };
    }

    /** The same, combined at another time. */
    public Recipe withMode(Mode other) {
        return new Recipe(file, text, models, body, vocabulary, dimension, combine, fit, other, output, train);
    }

    /** The same with weights beside the graph. */
    public Recipe withExternalData() {
        return new Recipe(
                file, text, models, body, vocabulary, dimension, combine, fit, mode, output.withExternalData(), train);
    }

    /** The same with the graph left as it is merged, whatever it is to be optimised for. */
    public Recipe withoutOptimization() {
        return new Recipe(
                file,
                text,
                models,
                body,
                vocabulary,
                dimension,
                combine,
                fit,
                mode,
                output.withoutOptimization(),
                train);
    }

    /** The same with other models, or the same models elsewhere. */
    public Recipe withModels(List<ModelEntry> others) {
        return new Recipe(file, text, others, body, vocabulary, dimension, combine, fit, mode, output, train);
    }

    /** The name of the model whose tokens the body has, if it is made of one of the models. */
    public Optional<String> bodyModel() {
        return switch (body) {
            case BodyEntry.Model(String name) -> Optional.of(name);
            case BodyEntry.Merged(String name, Yaml.Mapping merge) -> Optional.of(name);
            case BodyEntry.New fresh -> Optional.empty();
            case null -> Optional.empty();
        };
    }

    /** The entry of that name. */
    public Optional<ModelEntry> model(String name) {
        return models.stream().filter(m -> m.name().equals(name)).findFirst();
    }
}
