package io.sinter.combine;

import io.sinter.error.RecipeException;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * w₁x₁ + … + w_N x_N. Sources must have one width.
 *
 * @param weights one a model, in the models' order; any finite numbers
 * @param normalize whether to divide the weights by their sum first; otherwise they are used as given
 */
public record WeightedSum(List<Double> weights, boolean normalize) implements Combiner {

    /**
     * Checks the weights.
     *
     * @throws RecipeException if there are none, one is not finite, or they shall be normalised and add up to zero
     */
    public WeightedSum {
        weights = List.copyOf(weights);
        if (weights.isEmpty() || !weights.stream().allMatch(Double::isFinite)) {
            throw new RecipeException("combine: weighted-sum: weights: got %s, expected a finite number for each model"
                    .formatted(weights));
        }
        if (normalize && total(weights) == 0) {
            throw new RecipeException(
                    "combine: weighted-sum: weights: %s add up to 0 and cannot be normalised; leave `normalize` out or change them"
                            .formatted(weights));
        }
    }

    @Override
    public long outputWidth(List<Long> widths) {
        if (widths.size() != weights.size()) {
            throw new RecipeException("combine: weighted-sum: weights: got %d for %d models, expected one a model"
                    .formatted(weights.size(), widths.size()));
        }
        return Widths.common(method(), widths);
    }

    @Override
    public boolean reads(int source) {
        return weights.get(source) != 0;
    }

    @Override
    public List<Double> weights(int sources) {
        double divisor = normalize ? total(weights) : 1;
        return weights.stream().map(weight -> weight / divisor).toList();
    }

    @Override
    public Value combine(Ops ops, List<Value> sources, Map<String, Value> parameters) {
        double divisor = normalize ? total(weights) : 1;
        List<Value> terms = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            float weight = (float) (weights.get(i) / divisor);
            terms.add(ops.mul(sources.get(i), ops.constant("weight" + (i + 1), TensorData.scalar(weight))));
        }
        return Layers.sum(ops, terms);
    }

    private static double total(List<Double> weights) {
        return weights.stream().mapToDouble(Double::doubleValue).sum();
    }
}
