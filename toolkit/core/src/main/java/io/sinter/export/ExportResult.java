package io.sinter.export;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.quality.QualityReport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an export made.
 *
 * @param output the directory, or null where nothing was written
 * @param family {@code model_type} of the configuration
 * @param head {@code none}, {@code masked-lm}, …
 * @param target {@code portable}, {@code cpu} or {@code cuda}
 * @param dtype {@code float32}, {@code float16}, {@code bfloat16} or {@code int8}
 * @param parameters elements of the weights
 * @param nodes of the graph
 * @param operators how often each occurs, those of other domains with the domain before them
 * @param inputs names and types
 * @param outputs names and types
 * @param leftOut tensors of the checkpoint that the graph does not have
 * @param quality outputs beside those of the float32 graph, or null where they were not compared
 * @param files written, with their sizes
 * @param milliseconds wall time of each step
 * @param notes what a user should know
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExportResult(
        @Nullable String output,
        String family,
        String head,
        String target,
        String dtype,
        long parameters,
        int nodes,
        Map<String, Integer> operators,
        List<String> inputs,
        List<String> outputs,
        @JsonProperty("left_out") List<String> leftOut,
        @Nullable QualityReport quality,
        Map<String, Long> files,
        Map<String, Long> milliseconds,
        List<String> notes) {}
