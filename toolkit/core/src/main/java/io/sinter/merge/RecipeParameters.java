package io.sinter.merge;

import io.sinter.combine.Combination;
import io.sinter.combine.ParameterSpec;
import io.sinter.combine.Reduction;
import io.sinter.error.RecipeException;
import io.sinter.parameters.ParameterSource;
import io.sinter.parameters.Parameters;
import io.sinter.recipe.CombineEntry.ParametersEntry;
import io.sinter.recipe.DimensionEntry;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.RecipeReader;
import io.sinter.recipe.WidthMethod;
import io.sinter.recipe.Yaml;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Parameters of a recipe's combination that it gives itself: files, and starts. Others are fitted. */
public final class RecipeParameters {

    private RecipeParameters() {}

    /**
     * Checks that the recipe says where parameters come from where there are any, and only there.
     *
     * @throws RecipeException if not, with the names and shapes that are needed
     * @throws io.sinter.error.IncompatibleException if there are no such parameters, with the fix
     */
    public static void require(Recipe recipe, Combination combination, List<Long> widths) {
        List<ParameterSpec> needed = combination.combinerParameters(widths);
        String method = combination.combiner().method();
        if (recipe.combine().parameters() == null && !needed.isEmpty()) {
            throw new RecipeException(
                    "combine: %s has parameters (%s); give parameters: FILE.safetensors, init: average, or init: random with a seed"
                            .formatted(method, describe(needed)));
        }
        if (recipe.combine().parameters() != null && needed.isEmpty()) {
            throw new RecipeException("combine: %s has no parameters; remove parameters: or init:".formatted(method));
        }
        requireDimensionParameters(recipe.dimension(), combination, widths);
    }

    private static void requireDimensionParameters(
            @Nullable DimensionEntry dimension, Combination combination, List<Long> widths) {
        combination.reductionParameters(widths);
        if (dimension == null) {
            return;
        }
        if (!(dimension.by() instanceof WidthMethod.Linear(Yaml file))) {
            return;
        }
        List<ParameterSpec> maps = linearParameters(combination, widths);
        if (file != null && maps.isEmpty()) {
            throw new RecipeException(
                    "dimension: by: linear has no parameters here, as every table has the width already; remove parameters:");
        }
        if (file == null && !maps.isEmpty()) {
            throw new RecipeException("dimension: by: linear has parameters (%s); give parameters: FILE.safetensors"
                    .formatted(describe(maps)));
        }
    }

    /** What to say of random parameters, or null. */
    public static @Nullable String untrainedNote(Recipe recipe) {
        return recipe.combine().parameters() instanceof ParametersEntry.Random
                ? "init: random: the combiner is untrained, so the result is noise until it is trained"
                : null;
    }

    /** The combiner's. */
    public static Parameters combiner(Recipe recipe, Combination combination, List<Long> widths) {
        ParametersEntry entry = recipe.combine().parameters();
        return entry == null
                ? Parameters.NONE
                : Parameters.resolve(source(recipe, entry), combination.combinerParameters(widths));
    }

    /**
     * Those of {@code by: linear}.
     *
     * @param file that the recipe names, or null where none are needed
     */
    public static Parameters linear(Recipe recipe, @Nullable Yaml file, Combination combination, List<Long> widths) {
        return file == null
                ? Parameters.NONE
                : Parameters.resolve(
                        source(recipe, RecipeReader.parametersFile(file)), linearParameters(combination, widths));
    }

    private static List<ParameterSpec> linearParameters(Combination combination, List<Long> widths) {
        return combination.reduction() instanceof Reduction.Projection
                ? combination.reductionParameters(widths)
                : combination.mapParameters(widths);
    }

    private static ParameterSource source(Recipe recipe, ParametersEntry entry) {
        return switch (entry) {
            case ParametersEntry.File(String path, String prefix) ->
                new ParameterSource.FromFile(file(recipe, path), prefix);
            case ParametersEntry.Average() -> new ParameterSource.AverageStart();
            case ParametersEntry.Random(long seed) -> new ParameterSource.RandomStart(seed);
        };
    }

    private static Path file(Recipe recipe, String path) {
        return recipe.folder().resolve(path);
    }

    private static String describe(List<ParameterSpec> specs) {
        return specs.stream().map(s -> s.name() + " " + s.shape()).collect(Collectors.joining(", "));
    }
}
