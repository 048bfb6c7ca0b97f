package io.sinter.quality;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * A reduced model beside the full one.
 *
 * @param samples what both were run on
 * @param minCosine the mean cosine that each output must have
 * @param outputs what came out
 */
public record QualityReport(
        String samples, @JsonProperty("min_cosine") double minCosine, List<OutputQuality> outputs) {

    /** Copies the list. */
    public QualityReport {
        outputs = List.copyOf(outputs);
    }

    /** Whether every output is near enough. */
    public boolean passed() {
        return outputs.stream().allMatch(output -> output.meanCosine() >= minCosine);
    }
}
