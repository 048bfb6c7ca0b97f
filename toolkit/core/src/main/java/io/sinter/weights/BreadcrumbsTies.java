package io.sinter.weights;

import java.util.List;

/**
 * Model breadcrumbs with TIES: {@code B + λ Σ wᵢδ̂ᵢ} over the models whose wᵢδ̂ᵢ has the elected sign {@code sign(Σ wᵢδ̂ᵢ)}, where δ̂ᵢ lacks
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
 * @param normalize whether to divide by the sum of the weights of those that count in an element; default false
 * @param rescale whether a pruned task vector is multiplied by Σ|δ| / Σ|pruned δ|; default false
 */
public record BreadcrumbsTies(
        List<Double> weight,
        List<Double> density,
        List<Double> gamma,
        double lambda,
        boolean normalize,
        boolean rescale)
        implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "breadcrumbs-ties",
            "task vectors without their largest and smallest elements, those of the elected sign added",
            MethodDescription.Inputs.any(BaseModel.REQUIRED),
            List.of(
                    TaskParameters.WEIGHT,
                    TaskParameters.DENSITY,
                    TaskParameters.GAMMA,
                    TaskParameters.LAMBDA,
                    TaskParameters.NORMALIZE,
                    TaskParameters.RESCALE,
                    TaskParameters.INT8_MASK),
            values -> new BreadcrumbsTies(
                    values.ofModels("weight"),
                    values.ofModels("density"),
                    values.ofModels("gamma"),
                    values.number("lambda"),
                    values.flag("normalize"),
                    values.flag("rescale")));

    /**
     * Copies the lists; they must have one size.
     */
    public BreadcrumbsTies {
        weight = List.copyOf(weight);
        density = List.copyOf(density);
        gamma = List.copyOf(gamma);
        TaskParameters.requireSameSize("breadcrumbs-ties", List.of(weight, density, gamma));
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
                method(), weight, new TaskVectors.Scale(lambda, normalize, rescale), TaskVectors.Signs.ELECTED);
    }
}
