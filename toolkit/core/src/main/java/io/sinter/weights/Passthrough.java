package io.sinter.weights;

import java.util.List;

/**
 * A model as it is, or times a number: {@code scale · X}. What stacks of layers of several models (frankenmerges) are made with.
 *
 * <p>With the scale 1, elements that are infinite or not a number stay as they are; otherwise they are an error.
 *
 * @param scale by what the model is multiplied; any finite number; default 1
 */
public record Passthrough(List<Double> scale) implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "passthrough",
            "one model as it is, or times a number",
            MethodDescription.Inputs.exactly(1, BaseModel.NONE),
            List.of(Parameter.ofModel("scale", 1.0, Interval.FINITE, "by what the model is multiplied")),
            values -> new Passthrough(values.ofModels("scale")));

    /** Checks that there is one number. */
    public Passthrough {
        scale = List.copyOf(scale);
        if (scale.size() != 1) {
            throw new IllegalArgumentException("passthrough takes 1 model, got " + scale.size() + " values of scale");
        }
    }

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        group.requireModels(method(), 1);
        return scale.getFirst() == 1
                ? new Blockwise(group, reader -> (first, count, result) -> reader.readAnything(0, first, count, result))
                : LinearCombination.of(group, scale);
    }
}
