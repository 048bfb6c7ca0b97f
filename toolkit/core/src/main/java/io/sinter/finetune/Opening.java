package io.sinter.finetune;

import io.sinter.pooling.Pooling;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a model is opened for training.
 *
 * @param purpose what of it is trained
 * @param pooling of sentence vectors, where the model's own files are not to say
 * @param maxTokens tokens kept of a text, special tokens included, where the model's own files are not to say
 */
public record Opening(Purpose purpose, Optional<Pooling> pooling, OptionalInt maxTokens) {

    /** What of a model is trained. */
    public enum Purpose {
        /** Scores of every token of the vocabulary: the head of masked language models stays on. */
        TOKENS,
        /** Vectors of texts: whatever head the model has is left off, and stays as it is. */
        SENTENCES
    }

    /** As the model's own files say. */
    public static Opening of(Purpose purpose) {
        return new Opening(purpose, Optional.empty(), OptionalInt.empty());
    }
}
