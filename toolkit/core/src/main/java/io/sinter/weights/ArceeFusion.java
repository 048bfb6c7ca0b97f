package io.sinter.weights;

import java.util.List;

/**
 * Arcee fusion: takes from the model only what changed most. An element's score is {@code |δ| · KL(softmax X ‖ softmax B)}, with
 * the divergence between its rows (last axis) of the two tensors; the model's element is taken where the score reaches the upper
 * fence {@code median + 1.5 (Q₃ − Q₁)} of all scores of the tensor, the base's elsewhere.
 *
 * <p>Quartiles are interpolated linearly between ranks. Equal tensors give themselves. Where three quarters of the scores are 0
 * (rows of one element, hardly any change), so is the fence, and the result is the model. Scores are float32 and quartiles exact, by
 * selection. Source: Arcee AI, "Arcee Fusion" (documentation of its merge of Virtuoso-Small-v2), 2025.
 */
public record ArceeFusion() implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "arcee-fusion",
            "the base, with those of the model's elements that changed far more than others",
            MethodDescription.Inputs.exactly(1, BaseModel.REQUIRED),
            List.of(),
            values -> new ArceeFusion());

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        group.requireModels(method(), 1);
        group.requiredBase(method());
        Scores scores = Scores.of(group);
        double fence = group.elements() == 0 ? 0 : scores.fence();
        return new Blockwise(group, reader -> {
            Scores.Block block = scores.new Block(reader);
            float[] values = new float[Reader.ROOM];
            return (first, count, result) -> {
                block.at(first, count);
                block.scores(values);
                take(values, fence, block, count, result);
            };
        });
    }

    private static void take(float[] scores, double fence, Scores.Block block, int count, float[] result) {
        for (int i = 0; i < count; i++) {
            result[i] = scores[i] >= fence ? block.model()[i] : block.base()[i];
        }
    }
}
