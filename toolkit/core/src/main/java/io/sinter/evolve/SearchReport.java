package io.sinter.evolve;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a search found, in numbers.
 *
 * @param metric what the scores are
 * @param targets that models were scored on
 * @param baseline the recipe as it was
 * @param best the best candidate
 * @param candidates how many were tried, the recipe itself not counted
 * @param failed how many of them could not be merged or scored
 * @param seconds of a candidate, in the mean of those that were merged now
 * @param test scores on data that the search did not see
 * @param recipe the best one's file
 * @param model its folder, where it was merged
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchReport(
        String metric,
        List<String> targets,
        Candidate baseline,
        Candidate best,
        int candidates,
        int failed,
        @Nullable Seconds seconds,
        List<Test> test,
        String recipe,
        @Nullable String model) {

    /**
     * A candidate.
     *
     * @param number in the log
     * @param score mean over the targets
     * @param scores of the targets
     * @param values by path
     */
    public record Candidate(int number, double score, List<Double> scores, Map<String, Double> values) {}

    /** Where the time of a candidate goes: merging and writing it; opening and scoring it. */
    public record Seconds(double merge, double score) {}

    /**
     * The best candidate and the recipe as it was, on data that the search did not see.
     *
     * @param target the data
     * @param baseline the recipe's score
     * @param best the best candidate's
     * @param difference best less baseline
     * @param low lower bound of the difference: 2.5 % of bootstrap samples are below
     * @param high upper bound
     */
    public record Test(
            String target,
            double baseline,
            double best,
            double difference,
            @JsonProperty("low") double low,
            @JsonProperty("high") double high) {}
}
