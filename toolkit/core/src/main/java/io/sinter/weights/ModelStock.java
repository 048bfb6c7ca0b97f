package io.sinter.weights;

import java.util.Collections;
import java.util.List;

/**
 * Model stock: between the base and the average of the models, the nearer to the average the more the task vectors agree:
 * {@code t · mean(Xᵢ) + (1 − t) B} with {@code t = N c/(1 + (N − 1) c)}, where c is the mean cosine between two task vectors.
 *
 * <p>c is of whole tensors or, filter-wise, of what belongs to one index of the first axis (of a vector: all of it). A task
 * vector of 0 has the cosine 0 to others. Where {@code 1 + (N − 1) c} is 0 (task vectors that cancel each other out), so is t.
 * Source: Jang, Yun, Han, "Model stock: all we need is just a few fine-tuned models", 2024.
 *
 * @param filterWise whether t is computed for each index of the first axis; default false
 */
public record ModelStock(boolean filterWise) implements WeightMerge {

    private static final double NOTHING = 1e-12;

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "model-stock",
            "between the base and the models' average, by how much the task vectors agree",
            new MethodDescription.Inputs(BaseModel.REQUIRED, 2, Integer.MAX_VALUE),
            List.of(Parameter.optIn("filter_wise", "decide for each row of a matrix, not for whole tensors")),
            values -> new ModelStock(values.flag("filter_wise")));

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        group.requiredBase(method());
        if (group.models().size() < 2) {
            throw new IllegalArgumentException("model-stock takes at least 2 models beside the base");
        }
        if (filterWise) {
            return VectorCombination.of(
                            group,
                            Sources.Kind.TASK_VECTORS,
                            new VectorCombination.Rows(group.filterLength()),
                            ModelStock::coefficients)
                    .merge(group);
        }
        return LinearCombination.ofDeltas(group, coefficients(Gram.of(group, Sources.Kind.TASK_VECTORS)));
    }

    private static List<Double> coefficients(Gram gram) {
        int n = gram.size();
        double sum = 0;
        for (int i = 1; i < n; i++) {
            for (int j = 0; j < i; j++) {
                sum += gram.cosine(i, j);
            }
        }
        double cosine = sum / (n * (n - 1) / 2.0);
        double divisor = 1 + (n - 1) * cosine;
        return Collections.nCopies(n, Math.abs(divisor) <= NOTHING ? 0.0 : cosine / divisor);
    }
}
