package io.sinter.mergekit;

import io.sinter.error.SinterException;
import io.sinter.recipe.Yaml;
import io.sinter.weights.MethodDescription;
import io.sinter.weights.WeightMerges;

/** Finds methods by the names that recipes have for them. */
final class MethodNames {

    private MethodNames() {}

    /** The method of that name, in mergekit's snake case or in kebab case. */
    static MethodDescription find(Yaml.Scalar name) {
        try {
            return WeightMerges.named(name.text());
        } catch (SinterException | IllegalArgumentException e) {
            throw name.place().error(String.valueOf(e.getMessage()));
        }
    }
}
