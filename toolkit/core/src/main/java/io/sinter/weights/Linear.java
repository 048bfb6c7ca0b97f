package io.sinter.weights;

import io.sinter.error.RecipeException;
import java.util.List;

/**
 * The weighted average of the models: {@code Σ wᵢXᵢ / Σ wᵢ}, or {@code Σ wᵢXᵢ} where weights are used as given.
 *
 * <p>Equal models give themselves, to the bit; a model of weight 0 is not read. Source: Wortsman et al., "Model soups:
 * averaging weights of multiple fine-tuned models improves accuracy without increasing inference time", 2022.
 *
 * @param weight wᵢ, one a model; any finite numbers; no default
 * @param normalize whether to divide by the sum of the weights, which then must not be 0; default true
 */
public record Linear(List<Double> weight, boolean normalize) implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "linear",
            "the weighted average of the models",
            MethodDescription.Inputs.any(BaseModel.NONE),
            List.of(
                    Parameter.ofModel("weight", null, Interval.FINITE, "how much the model counts"),
                    Parameter.optOut("normalize", "divide by the sum of the weights")),
            values -> new Linear(values.ofModels("weight"), values.flag("normalize")));

    /**
     * Checks the weights.
     *
     * @throws RecipeException if they add up to 0 and shall be normalised
     */
    public Linear {
        weight = List.copyOf(weight);
        if (normalize) {
            Weights.sum("linear", weight);
        }
    }

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        group.requireModels(method(), weight.size());
        return LinearCombination.of(group, normalize ? Weights.normalized(method(), weight) : weight);
    }
}
