package io.sinter.weights;

import java.util.List;

/** Parameters that the methods on task vectors share. */
final class TaskParameters {

    static final Parameter WEIGHT =
            Parameter.ofModel("weight", null, Interval.FINITE, "how much the model's task vector counts");

    static final Parameter DENSITY =
            Parameter.ofModel("density", 1.0, Interval.FRACTION, "the part of the task vector's elements that is kept");

    static final Parameter LAMBDA =
            Parameter.number("lambda", 1.0, Interval.FINITE, "by what the sum of the task vectors is multiplied");

    static final Parameter EPSILON =
            Parameter.ofModel("epsilon", 0.15, Interval.FRACTION, "how far probabilities reach from the density");

    static final Parameter GAMMA =
            Parameter.ofModel("gamma", 0.01, Interval.FRACTION, "the part of the largest elements that is dropped");

    static final Parameter INT8_MASK = Parameter.optIn("int8_mask", "accepted without effect: masks are never stored");

    /** Whether a sum is divided by weights, where it is not by default. */
    static final Parameter NORMALIZE = Parameter.optIn("normalize", "divide by the sum of the weights");

    /** Whether a sum is divided by weights, where it is by default. */
    static final Parameter NORMALIZED = Parameter.optOut("normalize", "divide by the sum of the weights that count");

    /** Whether pruned task vectors are rescaled, where they are not by default. */
    static final Parameter RESCALE = Parameter.optIn("rescale", "give a pruned task vector the L1 norm that it had");

    /** Whether pruned task vectors are rescaled, where they are by default. */
    static final Parameter RESCALED = Parameter.optOut("rescale", "give a pruned task vector the L1 norm that it had");

    private TaskParameters() {}

    /** Checks that there are as many values of each parameter. */
    static void requireSameSize(String method, List<List<Double>> parameters) {
        if (parameters.stream().map(List::size).distinct().count() != 1) {
            throw new IllegalArgumentException(
                    "%s: got %s values, expected as many of each parameter as there are models"
                            .formatted(
                                    method, parameters.stream().map(List::size).toList()));
        }
    }
}
