package io.sinter.merge;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.checkpoint.CheckpointSummary;
import io.sinter.merge.MergePlan.Body;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A plan for people and machines.
 *
 * @param sources the models in order
 * @param body what the merged table goes into, in words
 * @param bodyMerge how the body is merged first, if it is
 * @param method of combining
 * @param mode {@code bake} or {@code live}
 * @param result the merged table, as {@code FLOAT [30522, 384]}
 * @param bytesRead of the sources
 * @param bytesWritten of the output, about
 * @param peakMemory bytes of memory besides the mapped files, about
 * @param notes what a user should know
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanSummary(
        List<Source> sources,
        String body,
        @JsonProperty("body_merge") @Nullable CheckpointSummary bodyMerge,
        String method,
        String mode,
        String result,
        @JsonProperty("bytes_read") long bytesRead,
        @JsonProperty("bytes_written") long bytesWritten,
        @JsonProperty("peak_memory") long peakMemory,
        List<String> notes) {

    /** One model: its name, its table as {@code FLOAT [30522, 384]}, where it is. */
    public record Source(String name, String table, String location) {}

    /** Sums up a plan. */
    public static PlanSummary of(MergePlan plan) {
        return new PlanSummary(
                plan.sources().stream()
                        .map(s -> new Source(
                                s.name(), s.table().data().describe(), s.table().where()))
                        .toList(),
                plan.bodyMerge().map(merge -> "merged").orElseGet(() -> body(plan.body())),
                plan.bodyMerge().map(CheckpointSummary::of).orElse(null),
                plan.combination().combiner().method(),
                plan.recipe().mode().name().toLowerCase(Locale.ROOT),
                "%s [%d, %d]".formatted(plan.dtype(), plan.rows(), plan.width()),
                plan.costs().bytesRead(),
                plan.costs().bytesWritten(),
                plan.costs().peakMemory(),
                plan.notes());
    }

    private static String body(Body body) {
        return switch (body) {
            case Body.Graph graph -> graph.planned().name() + " (ONNX graph)";
            case Body.Weights weights -> weights.planned().name() + " (checkpoint)";
            case Body.New fresh ->
                "new, of %s, %,d parameters drawn with seed %d"
                        .formatted(fresh.config().file(), fresh.parameters(), fresh.seed());
            case Body.None none -> "none (static embedding model)";
        };
    }
}
