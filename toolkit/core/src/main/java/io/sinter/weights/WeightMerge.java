package io.sinter.weights;

import io.sinter.error.IncompatibleException;
import io.sinter.error.MalformedException;

/**
 * A way to merge the weights of models of one architecture, one tensor at a time. Implemented by records, one a file, which
 * {@link WeightMerges} lists. A record's components are the method's parameters with one tensor's values: a {@code double},
 * {@code boolean} or {@code int} is one value a tensor, a {@code List<Double>} has one value a model, where the base does not
 * count.
 *
 * <p>In the formulas Xᵢ are the models' tensors in the order of the recipe, B is the base's, δᵢ = Xᵢ − B the task vectors,
 * wᵢ the weights and N the number of models. Sums over a tensor are float64. Results do not depend on the number of threads,
 * nor on the stretches that are asked for.
 */
public interface WeightMerge {

    /** The method's name in kebab-case, such as {@code task-arithmetic}. */
    String method();

    /**
     * Looks at the whole tensor where the method needs to (norms, thresholds by selection), and returns what makes the
     * result. The tensor is streamed over, not copied, by the threads of the {@link java.util.concurrent.ForkJoinPool} that
     * the caller runs in, or of the common one.
     *
     * @throws IllegalArgumentException if the group has another number of models than the parameters, or lacks a base that
     *     the method needs
     * @throws IncompatibleException if the tensors do not suit the method
     * @throws MalformedException if an element is infinite or not a number
     */
    MergedWeights prepare(TensorGroup group);
}
