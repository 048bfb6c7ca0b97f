package io.sinter.weights;

import java.util.List;

/**
 * DARE with TIES: {@code B + λ Σ wᵢδ̂ᵢ} over the models whose wᵢδ̂ᵢ has the elected sign {@code sign(Σ wᵢδ̂ᵢ)}, where δ̂ᵢ keeps each
 * element of δᵢ with the probability density, by the seed. The paper divides what is kept by the density; here it is given
 * the L1 norm of δᵢ, as mergekit does, which is the same on average.
 *
 * <p>Density 1 keeps everything and 0 gives the base. Source: Yu et al., "Language models are super Mario", 2023, and Yadav et
 * al., "TIES-Merging", 2023.
 *
 * @param weight wᵢ, one a model; any finite numbers; no default
 * @param density the part of the elements that is kept, one a model; 0 to 1; default 1
 * @param lambda λ; any finite number; default 1
 * @param normalize whether to divide by the sum of the weights of those that count in an element; default false
 * @param rescale whether a pruned task vector is multiplied by Σ|δ| / Σ|pruned δ|; default true
 */
public record DareTies(List<Double> weight, List<Double> density, double lambda, boolean normalize, boolean rescale)
        implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "dare-ties",
            "task vectors thinned at random, those of the elected sign added",
            MethodDescription.Inputs.any(BaseModel.REQUIRED),
            List.of(
                    TaskParameters.WEIGHT,
                    TaskParameters.DENSITY,
                    TaskParameters.LAMBDA,
                    TaskParameters.NORMALIZE,
                    TaskParameters.RESCALED,
                    TaskParameters.INT8_MASK),
            values -> new DareTies(
                    values.ofModels("weight"),
                    values.ofModels("density"),
                    values.number("lambda"),
                    values.flag("normalize"),
                    values.flag("rescale")));

    /**
     * Copies the lists; they must have one size.
     */
    public DareTies {
        weight = List.copyOf(weight);
        density = List.copyOf(density);
        TaskParameters.requireSameSize("dare-ties", List.of(weight, density));
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
                .merge(group, RandomPruning.of(density, draws));
    }
}
