package io.sinter.checkpoint;

import io.sinter.weights.WeightMerge;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of the result.
 *
 * @param name in the result
 * @param spec type and shape
 * @param layer what it belongs to, for reports
 * @param work how it is made
 */
public record PlannedTensor(String name, ModelWeights.Spec spec, String layer, Work work) {

    /** How a tensor is made. */
    public sealed interface Work {

        /** Taken from one model, as it is. */
        record Copy(TensorAddress source) implements Work {}

        /**
         * Merged.
         *
         * @param merge with this tensor's parameters
         * @param base the base model's tensor, for methods that have a base
         * @param models the models' tensors
         * @param seed of what is drawn for this tensor
         */
        record Merge(WeightMerge merge, @Nullable TensorAddress base, List<TensorAddress> models, long seed)
                implements Work {

            /** Copies the list. */
            public Merge {
                models = List.copyOf(models);
            }

            /** All tensors that go in, the base's first. */
            public List<TensorAddress> sources() {
                return Stream.concat(Stream.ofNullable(base), models.stream()).toList();
            }
        }
    }
}
