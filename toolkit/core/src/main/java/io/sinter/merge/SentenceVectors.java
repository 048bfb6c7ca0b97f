package io.sinter.merge;

import io.sinter.encoder.SentenceHead;
import io.sinter.error.RecipeException;
import io.sinter.merge.MergePlan.Body;
import io.sinter.pooling.Normalization;
import io.sinter.pooling.Pooling;
import io.sinter.recipe.OutputEntry;
import io.sinter.recipe.Recipe;
import io.sinter.source.SentenceTransformers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the result makes one vector of a text, as far as the recipe or the body's files say.
 *
 * @param pooling or null where nobody says
 * @param normalization of the vector
 * @param where it is done
 * @param prompt text before each sentence, or null
 */
public record SentenceVectors(
        @Nullable Pooling pooling,
        Normalization normalization,
        Where where,
        @Nullable String prompt) {

    /** Where pooling is done. */
    public enum Where {
        /** In the graph, which has an output {@code sentence_embedding}. */
        IN_GRAPH,
        /** By whoever runs the graph. */
        OUTSIDE
    }

    /** What is appended to the body's graph, if anything is. */
    Optional<SentenceHead> head() {
        return switch (where) {
            case IN_GRAPH -> Optional.ofNullable(pooling).map(p -> SentenceHead.of(p, normalization));
            case OUTSIDE -> Optional.empty();
        };
    }

    /**
     * Works it out: what {@code output} says, else what the body's entry says, else the body's sentence-transformers
     * files. A static embedding model pools in the graph, by the mean and to length 1 if nothing else is asked for.
     */
    static SentenceVectors of(Recipe recipe, Body body) {
        OutputEntry output = recipe.output();
        return switch (body) {
            case Body.Graph graph -> ofBody(output, graph.planned());
            case Body.Weights weights -> ofBody(output, weights.planned());
            case Body.New fresh ->
                new SentenceVectors(
                        output.pooling(),
                        normalization(output, Normalization.NONE),
                        output.pooling() == null ? Where.OUTSIDE : Where.IN_GRAPH,
                        null);
            case Body.None none ->
                new SentenceVectors(
                        output.pooling() == null ? Pooling.MEAN : output.pooling(),
                        normalization(output, Normalization.UNIT_LENGTH),
                        Where.IN_GRAPH,
                        null);
        };
    }

    private static SentenceVectors ofBody(OutputEntry output, PlannedSource body) {
        String prompt = body.entry().prompt();
        if (output.pooling() != null) {
            return new SentenceVectors(
                    output.pooling(), normalization(output, Normalization.NONE), Where.IN_GRAPH, prompt);
        }
        if (output.normalize() != null) {
            throw new RecipeException("output: normalize needs pooling: it is the pooled vector that is normalised");
        }
        Optional<SentenceTransformers> modules = body.source().companions().sentenceTransformers();
        Pooling ofEntry = body.entry().pooling();
        boolean normalizes = modules.map(SentenceTransformers::normalizes).orElse(false);
        return new SentenceVectors(
                ofEntry != null
                        ? ofEntry
                        : modules.flatMap(SentenceTransformers::pooling).orElse(null),
                normalizes ? Normalization.UNIT_LENGTH : Normalization.NONE,
                Where.OUTSIDE,
                prompt);
    }

    private static Normalization normalization(OutputEntry output, Normalization otherwise) {
        if (output.normalize() == null) {
            return otherwise;
        }
        return output.normalize() ? Normalization.UNIT_LENGTH : Normalization.NONE;
    }
}
