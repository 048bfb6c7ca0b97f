package io.sinter.inference;

import io.sinter.tensor.TensorData;
import java.util.List;

/** Turns texts into vectors. */
@FunctionalInterface
public interface SentenceEncoder {

    /**
     * Encodes texts.
     *
     * @param texts at least one
     * @return float32 {@code [n, d]}, a row for each text in order
     */
    TensorData embed(List<String> texts);
}
