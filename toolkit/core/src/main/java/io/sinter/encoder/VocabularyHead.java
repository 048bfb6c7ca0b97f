package io.sinter.encoder;

import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import org.jspecify.annotations.Nullable;

/** Scores of every token of the vocabulary. */
public sealed interface VocabularyHead {

    /** The projection shares the embedding table {@code [V, d]}. */
    record Tied(Value table) implements VocabularyHead {}

    /** The projection has its own weight. */
    record Untied(Linear projection) implements VocabularyHead {}

    /**
     * Emits x·Wᵀ + b.
     *
     * @param biasName of the bias in the checkpoint
     * @param bias float32 {@code [V]}, or null
     * @return {@code [B, S, V]}
     */
    default Value scores(Layers layers, Value x, String biasName, @Nullable TensorData bias) {
        Value scores = switch (this) {
            case Tied(Value table) -> layers.tiedProjection(x, table);
            case Untied(Linear projection) -> layers.product(x, projection);
        };
        return bias == null ? scores : layers.ops().add(scores, layers.weight(biasName, bias));
    }
}
