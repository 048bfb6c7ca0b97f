package io.sinter.weights;

import java.util.List;

/**
 * Takes the model's element where it is near the base's: {@code w X + (1 − w) B} with {@code w = min(1, t/|X − B|)} for each
 * element, where differences below 1e-6 count as 1e-6: no element moves further than t.
 *
 * <p>t = 0 gives the base, equal tensors themselves. Source: alchemonaut, "QuartetAnemoi-70B-t0.0001" (the model card that
 * describes it), 2024.
 *
 * @param t how far an element of the base moves towards the model's at most; from 0 up; no default
 */
public record Nearswap(double t) implements WeightMerge {

    private static final double NEAREST = 1e-6;

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "nearswap",
            "the base, each element moved towards the model's by no more than t",
            MethodDescription.Inputs.exactly(1, BaseModel.REQUIRED),
            List.of(Parameter.number("t", null, Interval.atLeast(0), "how far an element moves at most")),
            values -> new Nearswap(values.number("t")));

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        group.requireModels(method(), 1);
        group.requiredBase(method());
        return new Blockwise(group, reader -> {
            float[] base = new float[Reader.ROOM];
            float[] model = new float[Reader.ROOM];
            return (first, count, result) -> {
                reader.read(-1, first, count, base);
                reader.read(0, first, count, model);
                swap(base, model, count, result);
            };
        });
    }

    private void swap(float[] base, float[] model, int count, float[] result) {
        for (int i = 0; i < count; i++) {
            double weight = Math.min(1, t / Math.max(Math.abs((double) model[i] - base[i]), NEAREST));
            result[i] = (float) (weight * model[i] + (1 - weight) * base[i]);
        }
    }
}
