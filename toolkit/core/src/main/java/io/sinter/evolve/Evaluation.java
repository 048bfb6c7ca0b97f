package io.sinter.evolve;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One candidate that was tried: a line of the log.
 *
 * @param number 0 for the recipe as it is, then counted
 * @param values in the order of the space
 * @param score the mean of the scores; null if it could not be merged or scored
 * @param scores of the targets, in their order
 * @param failure why not, or null
 * @param mergeSeconds that merging and writing took
 * @param scoreSeconds that opening and scoring took
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Evaluation(
        int number,
        List<Double> values,
        @Nullable Double score,
        List<Double> scores,
        @Nullable String failure,
        @JsonProperty("merge_seconds") double mergeSeconds,
        @JsonProperty("score_seconds") double scoreSeconds) {

    /** Copies the lists. */
    public Evaluation {
        values = List.copyOf(values);
        scores = List.copyOf(scores);
    }

    /** The same outcome for a candidate that comes again. */
    Evaluation again(int otherNumber) {
        return new Evaluation(otherNumber, values, score, scores, failure, 0, 0);
    }
}
