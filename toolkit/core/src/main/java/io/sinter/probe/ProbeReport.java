package io.sinter.probe;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a classifier was fitted.
 *
 * @param rows that it was fitted on
 * @param width of their vectors
 * @param counts rows of each label, in the order of the logits
 * @param folds of cross-validation; 0 for none
 * @param strengths that were tried, ascending
 * @param strength that was taken
 * @param trainAccuracy share of the rows that the classifier gets right that was fitted on all of them
 * @param iterations of that fit
 * @param gradient the largest component of the mean loss's gradient at its end
 * @param converged whether that is as small as it should be
 * @param notes what a user should know
 */
public record ProbeReport(
        int rows,
        int width,
        Map<String, Integer> counts,
        int folds,
        List<Tried> strengths,
        double strength,
        @JsonProperty("train_accuracy") double trainAccuracy,
        int iterations,
        double gradient,
        boolean converged,
        List<String> notes) {

    /** Copies the lists and the map. */
    public ProbeReport {
        counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
        strengths = List.copyOf(strengths);
        notes = List.copyOf(notes);
    }

    /**
     * A strength in cross-validation.
     *
     * @param strength C
     * @param accuracy share of the rows that classifiers get right that were fitted without their folds; null without
     *     cross-validation
     * @param deviation the standard deviation of the folds' accuracies, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Tried(
            double strength,
            @Nullable Double accuracy,
            @Nullable Double deviation) {}
}
