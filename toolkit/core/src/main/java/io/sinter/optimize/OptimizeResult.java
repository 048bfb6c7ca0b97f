package io.sinter.optimize;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.quality.QualityReport;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a model.
 *
 * @param output the directory, or null where nothing was written
 * @param target {@code portable}, {@code cpu} or {@code cuda}
 * @param dtype {@code float32}, {@code float16}, {@code bfloat16} or {@code int8}
 * @param nodesBefore nodes of the graph as it came
 * @param nodesAfter nodes of the graph as it is
 * @param bytesBefore of the graph's file and its external data
 * @param bytesAfter of the same, as written or as they would be
 * @param fused for each structure, how many there are and how many are one operator now
 * @param converted one line for each node or weight that has fewer bits now
 * @param kept one line for each that might have, and has not, with the reason
 * @param quality outputs beside the full model's
 * @param files written, with their sizes
 * @param milliseconds wall time of each step
 * @param notes what a user should know
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OptimizeResult(
        @Nullable String output,
        String target,
        String dtype,
        @JsonProperty("nodes_before") int nodesBefore,
        @JsonProperty("nodes_after") int nodesAfter,
        @JsonProperty("bytes_before") long bytesBefore,
        @JsonProperty("bytes_after") long bytesAfter,
        List<Fused> fused,
        List<String> converted,
        List<String> kept,
        QualityReport quality,
        Map<String, Long> files,
        Map<String, Long> milliseconds,
        List<String> notes) {

    /**
     * A kind of structure.
     *
     * @param count in words: {@code 12 of 12 attentions}
     * @param notFused where and why, one line each
     */
    public record Fused(
            String count, @JsonProperty("not_fused") List<String> notFused) {}

    /** The same, written. */
    OptimizeResult writtenTo(String directory) {
        return new OptimizeResult(
                directory,
                target,
                dtype,
                nodesBefore,
                nodesAfter,
                bytesBefore,
                bytesAfter,
                fused,
                converted,
                kept,
                quality,
                files,
                milliseconds,
                notes);
    }
}
