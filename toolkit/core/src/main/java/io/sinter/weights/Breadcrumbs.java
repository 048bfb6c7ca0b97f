package io.sinter.weights;

import io.sinter.error.RecipeException;
import java.util.List;

/**
 * Model breadcrumbs: {@code B + λ Σ wᵢδ̂ᵢ}, where δ̂ᵢ lacks
 * the {@code ⌊γn⌋} elements of δᵢ of greatest magnitude and keeps the {@code ⌊density · n⌋} that follow. Where fewer follow, fewer
 * of the greatest are dropped; density 1 keeps everything.
 *
 * <p>Unlike in mergekit, which then drops everything, {@code ⌊γn⌋ = 0} drops none of the greatest. Source: Davari, Belilovsky,
 * "Model breadcrumbs: scaling multi-task model merging with sparse masks", 2023.
 *
 * @param weight wᵢ, one a model; any finite numbers; no default
 * @param density the part of the elements that is kept, one a model; 0 to 1; default 1
 * @param gamma γ, the part of the elements of greatest magnitude that is dropped, one a model; 0 to 1; default 0.01
 * @param lambda λ; any finite number; default 1
 * @param normalize whether to divide by the sum of the weights, which then must not be 0; default false
 * @param rescale whether a pruned task vector is multiplied by Σ|δ| / Σ|pruned δ|; default false
 */
public record Breadcrumbs(
        List<Double> weight,
        List<Double> density,
        List<Double> gamma,
        double lambda,
        boolean normalize,
        boolean rescale)
        implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "breadcrumbs",
            "task vectors without their largest and smallest elements, added",
            MethodDescription.Inputs.any(BaseModel.REQUIRED),
            List.of(
                    TaskParameters.WEIGHT,
                    TaskParameters.DENSITY,
                    TaskParameters.GAMMA,
                    TaskParameters.LAMBDA,
                    TaskParameters.NORMALIZE,
                    TaskParameters.RESCALE,
                    TaskParameters.INT8_MASK),
            values -> new Breadcrumbs(
                    values.ofModels("weight"),
                    values.ofModels("density"),
                    values.ofModels("gamma"),
                    values.number("lambda"),
                    values.flag("normalize"),
                    values.flag("rescale")));

    /**
     * Copies the lists; they must have one size.
     *
     * @throws RecipeException if the weights add up to 0 and shall divide
     */
    public Breadcrumbs {
        weight = List.copyOf(weight);
        density = List.copyOf(density);
        gamma = List.copyOf(gamma);
        TaskParameters.requireSameSize("breadcrumbs", List.of(weight, density, gamma));
        if (normalize) {
            Weights.sum("breadcrumbs", weight);
        }
    }

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        return merge().merge(group, MagnitudePruning.ofBand(group, density, gamma));
    }

    private TaskVectors merge() {
        return new TaskVectors(
                method(), weight, new TaskVectors.Scale(lambda, normalize, rescale), TaskVectors.Signs.ALL);
    }
}
