package io.sinter.ensemble;

import io.sinter.combine.ParameterSpec;
import io.sinter.error.IncompatibleException;
import io.sinter.merge.RecipeParameters;
import io.sinter.parameters.ParameterSource;
import io.sinter.parameters.Parameters;
import io.sinter.recipe.ClassifierEntry;
import io.sinter.recipe.DimensionEntry;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.WidthMethod;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.function.Supplier;

/**
 * The numbers on top of encoders.
 *
 * @param combination with which vectors are combined
 * @param fits how those that are fitted were fitted
 * @param classifier {@code weight} {@code [labels, width]} and {@code bias} {@code [labels]}; none without a classifier, and
 *     of one that is learned when the graph is there
 */
public record EnsembleParameters(Parameters combination, EncoderFits fits, Parameters classifier) {

    /**
     * All of them, read, initialised or fitted.
     *
     * @param fits what was fitted
     * @throws io.sinter.error.SinterException if a file is not there, or not as it should be
     */
    public static EnsembleParameters of(EnsemblePlan plan, EncoderFits fits) {
        return new EnsembleParameters(combination(plan).and(fits.parameters()), fits, classifier(plan));
    }

    private static Parameters combination(EnsemblePlan plan) {
        Recipe recipe = plan.recipe();
        Parameters combiner = RecipeParameters.combiner(recipe, plan.combination(), plan.widths());
        DimensionEntry dimension = recipe.dimension();
        return dimension != null && dimension.by() instanceof WidthMethod.Linear linear
                ? combiner.and(RecipeParameters.linear(recipe, linear.parameters(), plan.combination(), plan.widths()))
                : combiner;
    }

    private static Parameters classifier(EnsemblePlan plan) {
        ClassifierEntry entry = plan.recipe().output().classifier();
        if (entry == null || entry.parameters() == null) {
            return Parameters.NONE;
        }
        long labels = entry.labels().size();
        Supplier<TensorData> none = () -> {
            throw new IncompatibleException("a classifier has no start");
        };
        return Parameters.resolve(
                new ParameterSource.FromFile(
                        plan.recipe().folder().resolve(entry.parameters()),
                        entry.prefix() == null ? "" : entry.prefix()),
                List.of(
                        new ParameterSpec("weight", List.of(labels, plan.width()), plan.width(), none),
                        new ParameterSpec("bias", List.of(labels), plan.width(), none)));
    }
}
