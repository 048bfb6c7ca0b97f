package io.sinter.weights;

import io.sinter.error.RecipeException;
import java.util.List;

/**
 * RegMean: each linear layer becomes the one that comes nearest, over the inputs that the models' layers see, to what each of
 * them makes of its own; all other tensors are averaged by their weights.
 *
 * <p>Of a weight W whose inputs are the rows x: {@code W = (Σ wᵢGᵢ)⁻¹ Σ wᵢGᵢWᵢ} with {@code Gᵢ} the mean of {@code xᵀx} over the
 * tokens of model i's text, whose elements off the diagonal are multiplied by α. With a base it is the change that is so merged,
 * {@code B + λ (Σ wᵢGᵢ)⁻¹ Σ wᵢGᵢδᵢ}, which with λ = 1 is the same. This record merges tensors of which no inputs are known:
 * {@code Σ wᵢXᵢ / Σ wᵢ}, or {@code B + λ Σ wᵢδᵢ / Σ wᵢ}; those of linear layers are {@code io.sinter.activations}' work.
 *
 * <p>Equal models give themselves. Source: Jin, Ren, Preotiuc-Pietro, Cheng, "Dataless knowledge fusion by merging weights of
 * language models", 2023, which adds up Gᵢ over as much data of each model; means do not depend on how much there is.
 *
 * @param weight wᵢ, one a model, from 0 up; default 1
 * @param alpha α, from 0 (an average of each input's weights by its size) to 1 (least squares); default 0.9
 * @param lambda λ, how much of the change is added to the base; other than 1 only with a base; default 1
 */
public record RegMean(List<Double> weight, double alpha, double lambda) implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "regmean",
            "linear layers by least squares over the inputs that they see in texts, the rest averaged",
            MethodDescription.Inputs.any(BaseModel.OPTIONAL).withTexts(),
            List.of(
                    Parameter.ofModel("weight", 1.0, Interval.atLeast(0), "how much the model counts"),
                    Parameter.number("alpha", 0.9, Interval.FRACTION, "what remains of products of different inputs"),
                    Parameter.number("lambda", 1.0, Interval.FINITE, "how much of the change is added to the base")),
            values -> new RegMean(values.ofModels("weight"), values.number("alpha"), values.number("lambda")));

    /**
     * Checks the weights.
     *
     * @throws RecipeException if all are 0
     */
    public RegMean {
        weight = List.copyOf(weight);
        Weights.sum("regmean", weight);
    }

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        check(group);
        List<Double> shares = Weights.normalized(method(), weight);
        return group.base() == null
                ? LinearCombination.of(group, shares)
                : LinearCombination.ofDeltas(
                        group, shares.stream().map(w -> lambda * w).toList());
    }

    /**
     * Checks that the models are as many as the weights.
     *
     * @throws RecipeException if there is no base for λ
     */
    public void check(TensorGroup group) {
        group.requireModels(method(), weight.size());
        if (group.base() == null && lambda != 1) {
            throw new RecipeException(
                    "tensor \"%s\": regmean: lambda is %s, but there is no base model that the change could be added to; give base_model"
                            .formatted(group.name(), Interval.format(lambda)));
        }
    }
}
