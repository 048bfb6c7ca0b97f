package io.sinter.weights;

import io.sinter.error.RecipeException;
import java.util.List;

/**
 * DELLA without an election of signs: {@code B + λ Σ wᵢδ̂ᵢ}, where δ̂ᵢ keeps elements at random by the seed, large ones more
 * probably. In a row (last axis) of d elements, the one whose magnitude has the rank
 * r = 0 … d − 1 is kept with the probability {@code density − ε + 2ε r/(d − 1)}; of equal magnitudes the lower index ranks lower.
 *
 * <p>The paper divides what is kept by its probability; here δ̂ᵢ is given the L1 norm of δᵢ, as mergekit does. Density 1 keeps
 * everything, whatever ε. Source: Deep, Bhardwaj, Poria, "DELLA-Merging: reducing interference in model merging through
 * magnitude-based sampling", 2024.
 *
 * @param weight wᵢ, one a model; any finite numbers; no default
 * @param density the part of the elements that is kept, one a model; 0 to 1; default 1
 * @param epsilon ε, one a model; 0 to 1; density − ε and density + ε must lie between 0 and 1 where the density is below 1; default 0.15
 * @param lambda λ; any finite number; default 1
 * @param normalize whether to divide by the sum of the weights, which then must not be 0; default false
 * @param rescale whether a pruned task vector is multiplied by Σ|δ| / Σ|pruned δ|; default true
 */
public record DellaLinear(
        List<Double> weight,
        List<Double> density,
        List<Double> epsilon,
        double lambda,
        boolean normalize,
        boolean rescale)
        implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "della-linear",
            "task vectors thinned at random by magnitude, and added",
            MethodDescription.Inputs.any(BaseModel.REQUIRED),
            List.of(
                    TaskParameters.WEIGHT,
                    TaskParameters.DENSITY,
                    TaskParameters.EPSILON,
                    TaskParameters.LAMBDA,
                    TaskParameters.NORMALIZE,
                    TaskParameters.RESCALED,
                    TaskParameters.INT8_MASK),
            values -> new DellaLinear(
                    values.ofModels("weight"),
                    values.ofModels("density"),
                    values.ofModels("epsilon"),
                    values.number("lambda"),
                    values.flag("normalize"),
                    values.flag("rescale")));

    /**
     * Copies the lists; they must have one size.
     *
     * @throws RecipeException if the weights add up to 0 and shall divide
     */
    public DellaLinear {
        weight = List.copyOf(weight);
        density = List.copyOf(density);
        epsilon = List.copyOf(epsilon);
        TaskParameters.requireSameSize("della-linear", List.of(weight, density, epsilon));
        if (normalize) {
            Weights.sum("della-linear", weight);
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
                .merge(group, RankPruning.of(group, density, epsilon, draws));
    }
}
