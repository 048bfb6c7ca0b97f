package io.sinter.merge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.checkpoint.CheckpointReport;
import io.sinter.output.Manifest;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a merge did, in numbers.
 *
 * @param output where
 * @param body how the body was merged, if it was
 * @param table the merged table, as {@code FLOAT [30522, 384]}
 * @param vocabulary how many of its tokens each model has; empty where the vocabularies are the same
 * @param fits how models were brought to one width, where that was fitted
 * @param parents how the merged rows compare with each parent's
 * @param optimization what was done to the graph to make it fit a target, or null
 * @param files written, with their sizes in bytes
 * @param milliseconds wall time of each step
 * @param notes what a user should know
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MergeReport(
        String output,
        @Nullable CheckpointReport body,
        String table,
        List<VocabularyMatch> vocabulary,
        List<WidthFit> fits,
        List<Parent> parents,
        Manifest.@Nullable Optimization optimization,
        Map<String, Long> files,
        Map<String, Long> milliseconds,
        List<String> notes) {

    /**
     * The merged table beside one parent's.
     *
     * @param name of the parent
     * @param meanRowCosine mean, over up to 4096 evenly spaced rows, of the cosine between merged and parent's; absent where widths differ
     * @param meanNorm mean length of these rows of the parent
     * @param mergedMeanNorm mean length of these rows of the merged table
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Parent(
            String name,
            @JsonProperty("mean_row_cosine") OptionalDouble meanRowCosine,
            @JsonProperty("mean_norm") double meanNorm,
            @JsonProperty("merged_mean_norm") double mergedMeanNorm) {}
}
