package io.sinter.probe;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a model that got a classifier.
 *
 * @param output the directory, or null where nothing was written
 * @param data rows that the classifier was fitted on
 * @param fit how
 * @param agreement the largest difference of a probability between the graph and the classifier on the vectors that it was
 *     fitted on, or null where nothing was written
 * @param tests what the written graph makes of rows that it was not fitted on
 * @param files written, with their sizes in bytes
 * @param milliseconds wall time of each step
 * @param notes what a user should know
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProbeResult(
        @Nullable String output,
        String data,
        ProbeReport fit,
        @Nullable Double agreement,
        List<Test> tests,
        Map<String, Long> files,
        Map<String, Long> milliseconds,
        List<String> notes) {

    /**
     * A file of rows.
     *
     * @param data the file
     * @param accuracy share of the rows of which the classifier says exactly the labels that they have
     * @param right how many
     * @param rows of how many
     */
    public record Test(
            String data,
            double accuracy,
            int right,
            @JsonProperty("rows") int rows) {}
}
