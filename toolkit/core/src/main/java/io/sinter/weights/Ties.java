package io.sinter.weights;

import java.util.List;

/**
 * TIES: trim, elect signs, merge. Of each task vector the largest elements stay: {@code δ̂ᵢ}, the {@code ⌊density · n⌋} (at least
 * one, if the density is above 0) of greatest magnitude, lowest index first among equal ones. For each element the sign
 * {@code s = sign(Σ wᵢδ̂ᵢ)} is elected, and the result is {@code B + λ Σ wᵢδ̂ᵢ / Σ wᵢ} over the models whose wᵢδ̂ᵢ has the sign s.
 *
 * <p>An element whose sum is 0 is the base's. Where all models are equal, density is 1 and weights are positive, the result is
 * the models, but for the rounding of δ to float32. Source: Yadav et al., "TIES-Merging: resolving interference when merging
 * models", 2023.
 *
 * @param weight wᵢ, one a model; any finite numbers; no default
 * @param density the part of the elements that is kept, one a model; 0 to 1; default 1
 * @param lambda λ; any finite number; default 1
 * @param normalize whether to divide by the sum of the weights of those that count in an element; default true
 * @param rescale whether a pruned task vector is multiplied by Σ|δ| / Σ|pruned δ|; default false
 */
public record Ties(List<Double> weight, List<Double> density, double lambda, boolean normalize, boolean rescale)
        implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "ties",
            "task vectors trimmed to their largest elements, those of the elected sign averaged",
            MethodDescription.Inputs.any(BaseModel.REQUIRED),
            List.of(
                    TaskParameters.WEIGHT,
                    TaskParameters.DENSITY,
                    TaskParameters.LAMBDA,
                    TaskParameters.NORMALIZED,
                    TaskParameters.RESCALE,
                    TaskParameters.INT8_MASK),
            values -> new Ties(
                    values.ofModels("weight"),
                    values.ofModels("density"),
                    values.number("lambda"),
                    values.flag("normalize"),
                    values.flag("rescale")));

    /**
     * Copies the lists; they must have one size.
     */
    public Ties {
        weight = List.copyOf(weight);
        density = List.copyOf(density);
        TaskParameters.requireSameSize("ties", List.of(weight, density));
    }

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        return merge().merge(group, MagnitudePruning.ofLargest(group, density));
    }

    private TaskVectors merge() {
        return new TaskVectors(
                method(), weight, new TaskVectors.Scale(lambda, normalize, rescale), TaskVectors.Signs.ELECTED);
    }
}
