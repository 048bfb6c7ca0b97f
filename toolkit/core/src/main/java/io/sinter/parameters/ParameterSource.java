package io.sinter.parameters;

import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.Map;

/** Where parameters come from. {@link Parameters#resolve} turns every kind into tensors before a node is emitted. */
public sealed interface ParameterSource {

    /**
     * A safetensors file with PyTorch's names and layouts, so that a module trained elsewhere drops in.
     *
     * @param file the file
     * @param prefix what the tensors' names start with there, such as {@code linear.}; may be empty
     */
    record FromFile(Path file, String prefix) implements ParameterSource {}

    /** The exact start at the plain average ({@code init: average}). */
    record AverageStart() implements ParameterSource {}

    /**
     * Random numbers ({@code init: random}): uniform in ±1/√fanIn. What comes of them is untrained, and whoever uses them
     * says so.
     *
     * @param seed chooses them
     */
    record RandomStart(long seed) implements ParameterSource {}

    /**
     * Computed from the tables, such as a mean and principal components.
     *
     * @param tensors by name
     */
    record Fitted(Map<String, TensorData> tensors) implements ParameterSource {
        /** Copies the map. */
        public Fitted {
            tensors = Map.copyOf(tensors);
        }
    }

    /**
     * Trained.
     *
     * @param tensors by name
     */
    record Learned(Map<String, TensorData> tensors) implements ParameterSource {
        /** Copies the map. */
        public Learned {
            tensors = Map.copyOf(tensors);
        }
    }
}
