package io.sinter.ensemble;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.merge.WidthFit;
import io.sinter.output.Manifest;
import io.sinter.probe.ProbeReport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a merge of encoders did, in numbers.
 *
 * @param output where
 * @param method of combining
 * @param level {@code sentence} or {@code token}
 * @param width of the result
 * @param sharedBytes of constants that encoders have in common, stored once
 * @param fits how what was fitted went; empty where nothing was
 * @param agreement the result beside the encoders run one by one
 * @param optimization what was done to the graph to make it fit a target, or null
 * @param classifier how the classifier on top was fitted, or null where none was
 * @param files written, with their sizes in bytes
 * @param milliseconds wall time of each step
 * @param notes what a user should know
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EnsembleReport(
        String output,
        String method,
        String level,
        long width,
        @JsonProperty("shared_bytes") long sharedBytes,
        List<WidthFit> fits,
        Agreement agreement,
        Manifest.@Nullable Optimization optimization,
        @Nullable ProbeReport classifier,
        Map<String, Long> files,
        Map<String, Long> milliseconds,
        List<String> notes) {

    /**
     * Vectors of one graph beside those that the encoders give one by one.
     *
     * @param texts that were tried
     * @param meanCosine of the vectors
     * @param largestDifference of a component, over the largest component there is
     */
    public record Agreement(
            int texts,
            @JsonProperty("mean_cosine") double meanCosine,
            @JsonProperty("largest_difference") double largestDifference) {}
}
