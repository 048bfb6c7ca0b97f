package io.sinter.merge;

import io.sinter.combine.Combination;
import io.sinter.combine.ParameterSpec;
import io.sinter.combine.Reduction;
import io.sinter.error.RecipeException;
import io.sinter.linalg.PcaOptions;
import io.sinter.parameters.ParameterSource;
import io.sinter.parameters.Parameters;
import io.sinter.recipe.CombineEntry.ParametersEntry;
import io.sinter.recipe.DimensionEntry;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.RecipeReader;
import io.sinter.recipe.WidthMethod;
import io.sinter.recipe.Yaml;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where the parameters of a recipe's combination come from. */
final class Resolution {

    private Resolution() {}

    /**
     * Checks that the recipe says where parameters come from where there are any, and only there.
     *
     * @throws RecipeException if not, with the names and shapes that are needed
     * @throws io.sinter.error.IncompatibleException if there are no such parameters, with the fix
     */
    static void requireParameters(Recipe recipe, Combination combination, List<Long> widths) {
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
    static @Nullable String untrainedNote(Recipe recipe) {
        return recipe.combine().parameters() instanceof ParametersEntry.Random
                ? "init: random: the combiner is untrained, so the result is noise until it is trained"
                : null;
    }

    /**
     * The numbers of a combination.
     *
     * @param parameters all of them
     * @param fits how the maps that were fitted went
     */
    record Resolved(Parameters parameters, List<WidthFit> fits) {}

    /**
     * All parameters, read, initialised or fitted.
     *
     * @param tables in the order of the result
     */
    static Resolved of(MergePlan plan, List<TensorData> tables) {
        Combination combination = plan.combination();
        List<Long> widths = plan.widths();
        ParametersEntry entry = plan.recipe().combine().parameters();
        Parameters parameters = entry == null
                ? Parameters.NONE
                : Parameters.resolve(source(plan.recipe(), entry), combination.combinerParameters(widths));
        Resolved dimension = dimension(plan, tables);
        return new Resolved(parameters.and(dimension.parameters), dimension.fits);
    }

    private static Resolved dimension(MergePlan plan, List<TensorData> tables) {
        DimensionEntry dimension = plan.recipe().dimension();
        return switch (dimension == null ? new WidthMethod.ZeroPad() : dimension.by()) {
            case WidthMethod.ZeroPad pad -> new Resolved(Parameters.NONE, List.of());
            case WidthMethod.Linear(Yaml file) -> new Resolved(linear(plan, file), List.of());
            case WidthMethod.Pca pca -> reduced(plan, tables, PcaOptions.Centring.MEAN);
            case WidthMethod.Svd svd -> reduced(plan, tables, PcaOptions.Centring.ORIGIN);
            case WidthMethod.Ridge ridge -> mapped(plan, tables);
            case WidthMethod.Procrustes procrustes -> mapped(plan, tables);
            case WidthMethod.Cca cca -> mapped(plan, tables);
            case WidthMethod.Gcca gcca -> mapped(plan, tables);
            case WidthMethod.Whitening whitening -> mapped(plan, tables);
        };
    }

    private static Resolved mapped(MergePlan plan, List<TensorData> tables) {
        WidthFits.Fitted fitted = WidthFits.of(plan, tables);
        return new Resolved(
                Parameters.resolve(fitted.parameters(), plan.combination().mapParameters(plan.widths())),
                fitted.fits());
    }

    private static Resolved reduced(MergePlan plan, List<TensorData> tables, PcaOptions.Centring centring) {
        Combination combination = plan.combination();
        Parameters parameters = Parameters.resolve(
                PcaParameters.fit(
                        WidthFits.sharedRows(plan, tables),
                        (Reduction.Pca) reduction(combination),
                        combination.rows(),
                        centring),
                combination.reductionParameters(plan.widths()));
        return new Resolved(parameters, List.of());
    }

    private static Parameters linear(MergePlan plan, @Nullable Yaml file) {
        List<ParameterSpec> specs = linearParameters(plan.combination(), plan.widths());
        return file == null
                ? Parameters.NONE
                : Parameters.resolve(source(plan.recipe(), RecipeReader.parametersFile(file)), specs);
    }

    private static Reduction reduction(Combination combination) {
        Reduction reduction = combination.reduction();
        if (reduction == null) {
            throw new IllegalStateException("by: pca makes a reduction");
        }
        return reduction;
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
