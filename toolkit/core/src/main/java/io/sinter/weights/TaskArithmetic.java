package io.sinter.weights;

import io.sinter.error.RecipeException;
import java.util.List;

/**
 * Task arithmetic: {@code B + λ Σ wᵢδᵢ}, or {@code B + λ Σ wᵢδᵢ / Σ wᵢ}, computed as the linear combination of B and the Xᵢ that it
 * is: equal models whose weights add up to 1 give themselves, to the bit.
 *
 * <p>Source: Ilharco et al., "Editing models with task arithmetic", 2022.
 *
 * @param weight wᵢ, one a model; any finite numbers; no default
 * @param lambda λ; any finite number; default 1
 * @param normalize whether to divide by the sum of the weights, which then must not be 0; default false
 * @param rescale accepted without effect, as nothing is pruned; default false
 */
public record TaskArithmetic(List<Double> weight, double lambda, boolean normalize, boolean rescale)
        implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "task-arithmetic",
            "the base and a weighted sum of the task vectors",
            MethodDescription.Inputs.any(BaseModel.REQUIRED),
            List.of(
                    TaskParameters.WEIGHT,
                    TaskParameters.LAMBDA,
                    TaskParameters.NORMALIZE,
                    TaskParameters.RESCALE,
                    TaskParameters.INT8_MASK),
            values -> new TaskArithmetic(
                    values.ofModels("weight"),
                    values.number("lambda"),
                    values.flag("normalize"),
                    values.flag("rescale")));

    /**
     * Copies the list.
     *
     * @throws RecipeException if the weights add up to 0 and shall divide
     */
    public TaskArithmetic {
        weight = List.copyOf(weight);
        if (normalize) {
            Weights.sum("task-arithmetic", weight);
        }
    }

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        return merge().merge(group, Pruning.NONE);
    }

    private TaskVectors merge() {
        return new TaskVectors(
                method(), weight, new TaskVectors.Scale(lambda, normalize, rescale), TaskVectors.Signs.ALL);
    }
}
