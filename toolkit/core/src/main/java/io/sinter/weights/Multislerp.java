package io.sinter.weights;

import io.sinter.error.RecipeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Spherical interpolation between any number of models, whole tensors taken as vectors: {@code u · Σ wᵢ‖xᵢ‖}, where xᵢ is Xᵢ, or
 * δᵢ if there is a base, which then is added; u is the weighted mean of the directions xᵢ/‖xᵢ‖ on the sphere, which minimises
 * {@code Σ wᵢθᵢ²} over the angles θᵢ to them, as in {@link Karcher}.
 *
 * <p>With two models the direction is that of SLERP with {@code t = w₂/(w₁ + w₂)}. mergekit takes one step from the normalised
 * {@code Σ wᵢxᵢ/‖xᵢ‖} in the plane that touches the sphere there; it is 0, whatever the models, so that its result is that start.
 * Here the steps go on until float32 cannot tell the difference. Equal models give themselves. Source: Buss, Fillmore,
 * "Spherical averages and applications to spherical splines and interpolation", 2001.
 *
 * @param weight wᵢ, one a model; 0 or more, not all 0; no default
 * @param normalizeWeights whether to divide the weights by their sum, which matters for the length only; default true
 * @param eps tensors whose norm is no more have no direction; from 0 up; default 1e-8
 */
public record Multislerp(List<Double> weight, boolean normalizeWeights, double eps) implements WeightMerge {

    /** Steps in which the mean is found for any models that are not opposite. */
    static final SphereMean.Ending CONVERGED = new SphereMean.Ending(1000, 1e-8);

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "multislerp",
            "the weighted mean direction of the models, or of the task vectors, with their weighted mean length",
            MethodDescription.Inputs.any(BaseModel.OPTIONAL),
            List.of(
                    Parameter.ofModel("weight", null, Interval.atLeast(0), "how much the model counts"),
                    Parameter.optOut("normalize_weights", "divide by the sum of the weights"),
                    Parameter.number("eps", 1e-8, Interval.atLeast(0), "norms up to that are taken for zero")),
            values ->
                    new Multislerp(values.ofModels("weight"), values.flag("normalize_weights"), values.number("eps")));

    /**
     * Checks the weights.
     *
     * @throws RecipeException if all are 0
     */
    public Multislerp {
        weight = List.copyOf(weight);
        Weights.sum("multislerp", weight);
    }

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        return prepare(group, CONVERGED);
    }

    /** With another number of steps. */
    MergedWeights prepare(TensorGroup group, SphereMean.Ending ending) {
        group.requireModels(method(), weight.size());
        Sources.Kind kind = group.base() == null ? Sources.Kind.MODELS : Sources.Kind.TASK_VECTORS;
        Gram gram = Gram.of(group, kind);
        List<Double> weights = normalizeWeights ? Weights.normalized(method(), weight) : weight;
        double length = 0;
        for (int i = 0; i < weights.size(); i++) {
            length += weights.get(i) * gram.norm(i);
        }
        List<Double> coefficients = new ArrayList<>();
        for (double c : SphereMean.coefficients(gram, weight, eps, ending)) {
            coefficients.add(length * c);
        }
        return group.base() == null
                ? LinearCombination.of(group, coefficients)
                : LinearCombination.ofDeltas(group, coefficients);
    }
}
