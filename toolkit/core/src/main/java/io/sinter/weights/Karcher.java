package io.sinter.weights;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The Karcher mean of the models, whole tensors taken as vectors: the direction u that minimises the sum of the squared angles
 * to the models, times their mean length: {@code u · Σ ‖Xᵢ‖/N}. Steps {@code T = Σ (θᵢ/sin θᵢ)(Xᵢ/‖Xᵢ‖ − cos θᵢ u)/N} and
 * {@code u ← cos‖T‖ u + sin‖T‖ T/‖T‖} lead there from the normalised sum of directions.
 *
 * <p>Tensors whose norm is 0 have no direction; they count in the mean length. Equal models give themselves. Models that cancel
 * each other out (opposite ones) give the first one's direction. The steps need only the models' inner products, so that they
 * cost nothing beside the one pass that computes those; by default they go on until float32 cannot tell the difference, where
 * mergekit's end after 10 or at 1e-5. Source: Karcher, "Riemannian center of mass and mollifier smoothing", 1977.
 *
 * @param maxIter the most steps; from 0 up; default 100
 * @param tol the length ‖T‖ of a step, in radians, at which they end; from 0 up; default 1e-8
 */
public record Karcher(int maxIter, double tol) implements WeightMerge {

    static final MethodDescription DESCRIPTION = new MethodDescription(
            "karcher",
            "the mean direction of the models on the sphere, with their mean length",
            MethodDescription.Inputs.any(BaseModel.NONE),
            List.of(
                    Parameter.count("max_iter", 100, new Interval(0, 1e6), "the most steps towards the mean"),
                    Parameter.number("tol", 1e-8, Interval.atLeast(0), "the length of a step at which they end")),
            values -> new Karcher(values.count("max_iter"), values.number("tol")));

    @Override
    public String method() {
        return DESCRIPTION.name();
    }

    @Override
    public MergedWeights prepare(TensorGroup group) {
        int n = group.models().size();
        Gram gram = Gram.of(group, Sources.Kind.MODELS);
        double length = IntStream.range(0, n).mapToDouble(gram::norm).sum() / n;
        double[] mean =
                SphereMean.coefficients(gram, Collections.nCopies(n, 1.0), 0, new SphereMean.Ending(maxIter, tol));
        List<Double> coefficients = new ArrayList<>();
        for (double c : mean) {
            coefficients.add(length * c);
        }
        return LinearCombination.of(group, coefficients);
    }
}
