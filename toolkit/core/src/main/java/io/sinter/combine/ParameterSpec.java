package io.sinter.combine;

import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.function.Supplier;

/**
 * A float32 parameter that a combiner, a width map or a reduction needs.
 *
 * @param name as PyTorch names it in a state dict, such as {@code fc1.weight}
 * @param shape extents in PyTorch's layout
 * @param fanIn inputs that each output of this layer sees; random initialisation scales by it
 * @param averageStart makes the elements with which the whole starts at the plain average of its sources, or throws an
 *     {@link io.sinter.error.IncompatibleException} that says why there are none; see {@link Start}
 */
public record ParameterSpec(String name, List<Long> shape, long fanIn, Supplier<TensorData> averageStart) {

    /** Copies the shape. */
    public ParameterSpec {
        shape = List.copyOf(shape);
    }

    /** The weight {@code [to, from]} of a linear layer. */
    static ParameterSpec weight(String name, long to, long from, Supplier<TensorData> averageStart) {
        return new ParameterSpec(name, List.of(to, from), from, averageStart);
    }

    /** The bias {@code [to]} of a linear layer of {@code fanIn} inputs, which starts at zero. */
    static ParameterSpec bias(String name, long to, long fanIn) {
        return new ParameterSpec(name, List.of(to), fanIn, () -> Start.zeros(List.of(to)));
    }
}
