package io.sinter.export;

import io.sinter.encoder.SentenceHead;
import io.sinter.error.UnsupportedException;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.source.Companions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether an exported graph makes sentence vectors by itself, in an output {@code sentence_embedding}. */
public sealed interface SentenceOutput {

    /**
     * As the {@code modules.json} beside the checkpoint says; not at all where there is none.
     *
     * @param dimensions leading components to keep, or null for all
     */
    record AsDeclared(@Nullable Long dimensions) implements SentenceOutput {}

    /**
     * By this pooling, whatever is declared.
     *
     * @param dimensions leading components to keep, or null for all
     */
    record Pooled(
            Pooling pooling,
            Normalization normalization,
            @Nullable Long dimensions) implements SentenceOutput {}

    /** Not at all. */
    record None() implements SentenceOutput {}

    /**
     * What is appended to the graph.
     *
     * @throws UnsupportedException if components are to be kept of a vector that is not made
     */
    default Optional<SentenceHead> head(Companions companions) {
        return switch (this) {
            case None() -> Optional.empty();
            case Pooled(Pooling pooling, Normalization normalization, Long dimensions) ->
                Optional.of(SentenceHead.of(pooling, normalization).truncatedTo(dimensions));
            case AsDeclared(Long dimensions) -> {
                Optional<SentenceHead> declared =
                        companions.sentenceTransformers().flatMap(SentenceHead::of);
                if (declared.isEmpty() && dimensions != null) {
                    throw new UnsupportedException(
                            "%s: dimensions are of a sentence vector, but no modules.json says how it is pooled; give a pooling"
                                    .formatted(companions.folder()));
                }
                yield declared.map(head -> head.truncatedTo(dimensions));
            }
        };
    }
}
