package io.sinter.weights;

import java.util.List;

/**
 * Spherical linear interpolation from the base to the model, whole tensors taken as vectors: with θ the angle between B and X,
 * {@code sin((1 − t)θ)/sin θ · B + sin(tθ)/sin θ · X}. The tensors keep their lengths; only the angle is taken of directions.
 *
 * <p>t = 0 gives the base and t = 1 the model, to the bit, and so do equal tensors. Nearly parallel or opposite tensors
 * (|cos θ| &gt; 0.9995) and zero ones are interpolated linearly. Source: Shoemake, "Animating rotation with quaternion
 * curves", 1985.
 *
 * @param t where between the base and the model; no default
 */
public record Slerp(double t) implements WeightMerge {

    /** The sine of the angle whose cosine is 0.9995. */
    private static final double PARALLEL = Math.sqrt(1 - 0.9995 * 0.9995);

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "slerp",
            "spherical interpolation from the base to the model, whole tensors as vectors",
            MethodDescription.Inputs.exactly(1, BaseModel.REQUIRED),
            List.of(Parameter.number("t", null, Interval.FRACTION, "0 gives the base, 1 the model")),
            values -> new Slerp(values.number("t")));

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        group.requireModels(method(), 1);
        TensorGroup pair = new TensorGroup(
                group.name(),
                null,
                List.of(group.requiredBase(method()), group.models().getFirst()),
                group.seed());
        return LinearCombination.of(pair, Arc.coefficients(Gram.of(pair, Sources.Kind.MODELS), t, PARALLEL));
    }
}
