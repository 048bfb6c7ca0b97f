package io.sinter.weights;

import java.util.Arrays;
import java.util.List;

/**
 * RAM: task vectors that are alone in an element are added whole, those that meet are averaged:
 * {@code B + Σ δᵢ/c} over the models with {@code |δᵢ| > ε}, where c is their number in that element.
 *
 * <p>Differences of magnitude ε and less are no change and are dropped. Equal models give themselves where they differ from the
 * base by more. Source: Yuan et al., "Behavior knowledge merge in reinforced agentic models" (RAM), 2026.
 *
 * @param epsilon ε; from 0 up; default 1e-5
 */
public record Ram(double epsilon) implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "ram",
            "task vectors averaged over the models that change an element",
            MethodDescription.Inputs.any(BaseModel.REQUIRED),
            List.of(SharedChanges.EPSILON),
            values -> new Ram(values.number("epsilon")));

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        group.requiredBase(method());
        double[] unscaled = new double[group.models().size()];
        Arrays.fill(unscaled, 1);
        return new SharedChanges(group, (float) epsilon).merge(unscaled);
    }
}
