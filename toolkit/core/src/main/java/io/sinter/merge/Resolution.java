package io.sinter.merge;

import io.sinter.combine.Combination;
import io.sinter.parameters.Parameters;
import io.sinter.recipe.DimensionEntry;
import io.sinter.recipe.WidthMethod;
import io.sinter.recipe.Yaml;
import io.sinter.tensor.TensorData;
import java.util.List;

/** All parameters of a recipe's combination of tables: those that it gives, and those that are fitted. */
final class Resolution {

    private Resolution() {}

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
        Parameters parameters = RecipeParameters.combiner(plan.recipe(), combination, widths);
        Resolved dimension = dimension(plan, tables);
        return new Resolved(parameters.and(dimension.parameters), dimension.fits);
    }

    private static Resolved dimension(MergePlan plan, List<TensorData> tables) {
        DimensionEntry dimension = plan.recipe().dimension();
        return switch (dimension == null ? new WidthMethod.ZeroPad() : dimension.by()) {
            case WidthMethod.ZeroPad pad -> new Resolved(Parameters.NONE, List.of());
            case WidthMethod.Linear(Yaml file) ->
                new Resolved(
                        RecipeParameters.linear(plan.recipe(), file, plan.combination(), plan.widths()), List.of());
            case WidthMethod.Pca pca -> reduced(plan, tables, pca);
            case WidthMethod.Svd svd -> reduced(plan, tables, svd);
            case WidthMethod.Ridge ridge -> mapped(plan, tables);
            case WidthMethod.Procrustes procrustes -> mapped(plan, tables);
            case WidthMethod.Cca cca -> mapped(plan, tables);
            case WidthMethod.Gcca gcca -> mapped(plan, tables);
            case WidthMethod.Whitening whitening -> mapped(plan, tables);
        };
    }

    private static Resolved mapped(MergePlan plan, List<TensorData> tables) {
        MapFits.Fitted fitted = WidthFits.of(plan, tables);
        return new Resolved(
                Parameters.resolve(fitted.parameters(), plan.combination().mapParameters(plan.widths())),
                fitted.fits());
    }

    private static Resolved reduced(MergePlan plan, List<TensorData> tables, WidthMethod method) {
        MapFits.Fitted fitted = PcaParameters.fit(
                WidthFits.sharedRows(plan, tables), plan.combination(), method, WidthFits.SHARED_TOKENS);
        return new Resolved(
                Parameters.resolve(fitted.parameters(), plan.combination().reductionParameters(plan.widths())),
                fitted.fits());
    }
}
