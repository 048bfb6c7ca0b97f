package io.sinter.combine;

import java.util.List;

/**
 * A parameter that a combiner needs.
 *
 * @param name as PyTorch names it in a state dict, such as {@code fc1.weight}
 * @param shape extents in PyTorch's layout
 * @param fanIn inputs that each output of this layer sees; random initialisation scales by it
 */
public record ParameterSpec(String name, List<Long> shape, long fanIn) {

    /** Copies the shape. */
    public ParameterSpec {
        shape = List.copyOf(shape);
    }
}
