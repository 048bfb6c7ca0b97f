package io.sinter.weights;

import java.util.List;

/**
 * RAM+ with tensor-local scales: as {@link Ram}, but what one model alone changes is multiplied by
 * {@code 1 + r · min(α, shared/alone)}, where {@code alone} and {@code shared} are the numbers of elements of the tensor that this
 * model changes alone and together with others.
 *
 * <p>r = 0 or α = 0 gives RAM. Source: Yuan et al., "Behavior knowledge merge in reinforced agentic models" (RAM+), 2026.
 *
 * @param r how much stronger unshared changes become; from 0 up; default 0.1
 * @param alpha α, the most that shared/alone counts for; from 0 up; default 0.2
 * @param epsilon ε, the magnitude up to which a difference is no change; from 0 up; default 1e-5
 */
public record RamplusTl(double r, double alpha, double epsilon) implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "ramplus-tl",
            "as ram, with unshared changes scaled up by how much a model shares",
            MethodDescription.Inputs.any(BaseModel.REQUIRED),
            List.of(
                    Parameter.number("r", 0.1, Interval.atLeast(0), "how much stronger unshared changes become"),
                    Parameter.number("alpha", 0.2, Interval.atLeast(0), "the most that shared/alone counts for"),
                    SharedChanges.EPSILON),
            values -> new RamplusTl(values.number("r"), values.number("alpha"), values.number("epsilon")));

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        group.requiredBase(method());
        SharedChanges changes = new SharedChanges(group, (float) epsilon);
        double[] scales = new double[group.models().size()];
        List<SharedChanges.Extent> extents = changes.extents();
        for (int i = 0; i < scales.length; i++) {
            SharedChanges.Extent extent = extents.get(i);
            scales[i] = 1 + r * Math.min(alpha, (double) extent.shared() / Math.max(1, extent.alone()));
        }
        return changes.merge(scales);
    }
}
