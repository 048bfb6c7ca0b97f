package io.sinter.weights;

import java.util.List;

/**
 * DELLA: as TIES, but δ̂ᵢ keeps elements at random by the seed, large ones more probably: {@code B + λ Σ wᵢδ̂ᵢ / Σ wᵢ} over the models
 * whose wᵢδ̂ᵢ has the elected sign {@code sign(Σ wᵢδ̂ᵢ)}. In a row (last axis) of d elements, the one whose magnitude has the rank
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
 * @param normalize whether to divide by the sum of the weights of those that count in an element; default true
 * @param rescale whether a pruned task vector is multiplied by Σ|δ| / Σ|pruned δ|; default true
 */
public record Della(
        List<Double> weight,
        List<Double> density,
        List<Double> epsilon,
        double lambda,
        boolean normalize,
        boolean rescale)
        implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "della",
            "task vectors thinned at random by magnitude, those of the elected sign averaged",
            MethodDescription.Inputs.any(BaseModel.REQUIRED),
            List.of(
                    TaskParameters.WEIGHT,
                    TaskParameters.DENSITY,
                    TaskParameters.EPSILON,
                    TaskParameters.LAMBDA,
                    TaskParameters.NORMALIZED,
                    TaskParameters.RESCALED,
                    TaskParameters.INT8_MASK),
            values -> new Della(
                    values.ofModels("weight"),
                    values.ofModels("density"),
                    values.ofModels("epsilon"),
                    values.number("lambda"),
                    values.flag("normalize"),
                    values.flag("rescale")));

    /**
     * Copies the lists; they must have one size.
     */
    public Della {
        weight = List.copyOf(weight);
        density = List.copyOf(density);
        epsilon = List.copyOf(epsilon);
        TaskParameters.requireSameSize("della", List.of(weight, density, epsilon));
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
                        method(), weight, new TaskVectors.Scale(lambda, normalize, rescale), TaskVectors.Signs.ELECTED)
                .merge(group, RankPruning.of(group, density, epsilon, draws));
    }
}
