package io.sinter.weights;

import io.sinter.error.RecipeException;
import java.util.List;

/**
 * DARE: {@code B + λ Σ wᵢδ̂ᵢ}, where δ̂ᵢ keeps each element of the task vector δᵢ with the probability density, by the seed. The
 * paper divides what is kept by the density; here it is given the L1 norm of δᵢ, as mergekit does, which is the same on
 * average.
 *
 * <p>Density 1 gives task arithmetic and 0 the base. Source: Yu et al., "Language models are super Mario: absorbing abilities
 * from homologous models as a free lunch", 2023.
 *
 * @param weight wᵢ, one a model; any finite numbers; no default
 * @param density the part of the elements that is kept, one a model; 0 to 1; default 1
 * @param lambda λ; any finite number; default 1
 * @param normalize whether to divide by the sum of the weights, which then must not be 0; default false
 * @param rescale whether a pruned task vector is multiplied by Σ|δ| / Σ|pruned δ|; default true
 */
public record DareLinear(List<Double> weight, List<Double> density, double lambda, boolean normalize, boolean rescale)
        implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "dare-linear",
            "task vectors thinned at random and added",
            MethodDescription.Inputs.any(BaseModel.REQUIRED),
            List.of(
                    TaskParameters.WEIGHT,
                    TaskParameters.DENSITY,
                    TaskParameters.LAMBDA,
                    TaskParameters.NORMALIZE,
                    TaskParameters.RESCALED,
                    TaskParameters.INT8_MASK),
            values -> new DareLinear(
                    values.ofModels("weight"),
                    values.ofModels("density"),
                    values.number("lambda"),
                    values.flag("normalize"),
                    values.flag("rescale")));

    /**
     * Copies the lists; they must have one size.
     *
     * @throws RecipeException if the weights add up to 0 and shall divide
     */
    public DareLinear {
        weight = List.copyOf(weight);
        density = List.copyOf(density);
        TaskParameters.requireSameSize("dare-linear", List.of(weight, density));
        if (normalize) {
            Weights.sum("dare-linear", weight);
        }
    }

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        return prepare(group, UniformDraws.seeded(group.seed()));
    }

    /** With given random numbers. */
    MergedWeights prepare(TensorGroup group, UniformDraws draws) {
        return new TaskVectors(
                        method(), weight, new TaskVectors.Scale(lambda, normalize, rescale), TaskVectors.Signs.ALL)
                .merge(group, RandomPruning.of(density, draws));
    }
}
