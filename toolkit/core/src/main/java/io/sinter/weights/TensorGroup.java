package io.sinter.weights;

import io.sinter.error.IncompatibleException;
import io.sinter.error.UnsupportedException;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one name and shape that are merged into one: float32, float16, bfloat16 or float64 each, mapped or native.
 *
 * @param name what messages call it
 * @param base the base model's, or null where the recipe has none
 * @param models the models', in the recipe's order, at least one
 * @param seed of whatever is drawn for this tensor: two tensors of one merge should have different seeds
 */
public record TensorGroup(String name, @Nullable TensorData base, List<TensorData> models, long seed) {

    /**
     * Checks that the tensors fit together.
     *
     * @throws IncompatibleException if the shapes differ
     * @throws UnsupportedException if a tensor is of another type
     */
    public TensorGroup {
        models = List.copyOf(models);
        if (models.isEmpty()) {
            throw new IllegalArgumentException("tensor \"%s\": no model to merge".formatted(name));
        }
        for (int i = 0; i < models.size(); i++) {
            check(name, models.get(i), models.getFirst(), i);
        }
        if (base != null) {
            check(name, base, models.getFirst(), -1);
        }
    }

    /** The common shape. */
    public List<Long> shape() {
        return models.getFirst().shape();
    }

    /** Elements of each tensor. */
    public long elements() {
        return models.getFirst().elementCount();
    }

    /** Extent of the last axis: the elements of a row; 1 for a scalar. */
    long rowLength() {
        return shape().isEmpty() ? 1 : shape().getLast();
    }

    /** Elements beside each other in memory for one index of the first axis; all of a vector's. */
    long filterLength() {
        return shape().size() < 2 ? elements() : TensorData.elementCount(shape().subList(1, shape().size()));
    }

    /** The base's tensor, for methods that need it. */
    TensorData requiredBase(String method) {
        if (base == null) {
            throw new IllegalArgumentException("tensor \"%s\": %s needs a base model".formatted(name, method));
        }
        return base;
    }

    /** The tensor of a model, or for −1 the base's. */
    TensorData tensor(int model) {
        return model < 0 ? requiredBase("this merge") : models.get(model);
    }

    /** Checks that there is a value of a parameter for each model. */
    void requireModels(String method, int expected) {
        if (models.size() != expected) {
            throw new IllegalArgumentException("tensor \"%s\": %s has parameters for %d models, got %d"
                    .formatted(name, method, expected, models.size()));
        }
    }

    /** What messages call a model: {@code model 1} is the first, −1 is the base. */
    static String label(int model) {
        return model < 0 ? "the base model" : "model " + (model + 1);
    }

    private static void check(String name, TensorData tensor, TensorData first, int model) {
        if (!tensor.shape().equals(first.shape())) {
            throw new IncompatibleException(
                    "tensor \"%s\": shapes differ: %s has %s, %s has %s; weights merge between models of one architecture"
                            .formatted(name, label(0), shape(first), label(model), shape(tensor)));
        }
        if (FloatFormat.of(tensor.dtype()).isEmpty()) {
            throw new UnsupportedException(
                    "tensor \"%s\": %s has %s; weight merges take float32, float16, bfloat16 and float64"
                            .formatted(name, label(model), tensor.describe()));
        }
    }

    private static String shape(TensorData tensor) {
        return tensor.shape().stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    }
}
