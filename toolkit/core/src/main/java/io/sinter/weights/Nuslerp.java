package io.sinter.weights;

import io.sinter.error.RecipeException;
import java.util.List;
import java.util.function.Function;

/**
 * NuSLERP: SLERP between two models by weights, {@code sin((1 − t)θ)/sin θ · X₁ + sin(tθ)/sin θ · X₂} with
 * {@code t = w₂/(w₁ + w₂)}, between whole tensors or vector by vector. With a base it is between the task vectors, and the base is
 * added: {@code B + slerp(δ₁, δ₂)}.
 *
 * <p>Vectors are whole tensors, or, not flattened, those along the last axis; or, by {@code nuslerp_row_wise}, as mergekit has it,
 * those along the first axis. Vectors that are parallel, opposite or 0 (sine below 1e-8) are interpolated linearly. Equal models
 * give themselves. Source: Shoemake, "Animating rotation with quaternion curves", 1985.
 *
 * @param weight w₁ and w₂, which must not add up to 0; no default
 * @param nuslerpFlatten whether tensors are vectors as a whole; default true
 * @param nuslerpRowWise whether vectors lie along the first axis, if not flattened; default false
 */
public record Nuslerp(List<Double> weight, boolean nuslerpFlatten, boolean nuslerpRowWise) implements WeightMerge {

    private static final double PARALLEL = 1e-8;

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "nuslerp",
            "spherical interpolation between two models by their weights; of task vectors, with a base",
            MethodDescription.Inputs.exactly(2, BaseModel.OPTIONAL),
            List.of(
                    Parameter.ofModel("weight", null, Interval.FINITE, "how much the model counts"),
                    Parameter.optOut("nuslerp_flatten", "take whole tensors as vectors, not their rows"),
                    Parameter.optIn("nuslerp_row_wise", "take vectors along the first axis in place of the last")),
            values -> new Nuslerp(
                    values.ofModels("weight"), values.flag("nuslerp_flatten"), values.flag("nuslerp_row_wise")));

    /**
     * Checks the weights.
     *
     * @throws RecipeException if they add up to 0
     */
    public Nuslerp {
        weight = List.copyOf(weight);
        if (weight.size() != 2) {
            throw new IllegalArgumentException("nuslerp takes 2 weights, got " + weight.size());
        }
        Weights.sum("nuslerp", weight);
    }

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        group.requireModels(method(), 2);
        double t = weight.get(1) / Weights.sum(method(), weight);
        Sources.Kind kind = group.base() == null ? Sources.Kind.MODELS : Sources.Kind.TASK_VECTORS;
        Function<Gram, List<Double>> rule = gram -> Arc.coefficients(gram, t, PARALLEL);
        if (!nuslerpFlatten) {
            VectorCombination.Layout layout = nuslerpRowWise
                    ? new VectorCombination.Columns(group.shape().size() < 2 ? 1 : group.filterLength())
                    : new VectorCombination.Rows(group.rowLength());
            return VectorCombination.of(group, kind, layout, rule).merge(group);
        }
        List<Double> coefficients = rule.apply(Gram.of(group, kind));
        return group.base() == null
                ? LinearCombination.of(group, coefficients)
                : LinearCombination.ofDeltas(group, coefficients);
    }
}
