package io.sinter.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.checkpoint.PlannedTensor.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A plan for people and machines.
 *
 * @param merges one a document of the recipe
 * @param bytesRead of all weights
 * @param bytesWritten of all tensors
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CheckpointSummary(
        List<Merge> merges,
        @JsonProperty("bytes_read") long bytesRead,
        @JsonProperty("bytes_written") long bytesWritten) {

    /**
     * One merge.
     *
     * @param name by which others take it, or null
     * @param method of merging
     * @param base the base model, or null
     * @param models the models that go in
     * @param tensors how many are merged
     * @param copied names of those that are taken from one model as they are
     * @param parameters elements of all tensors
     * @param dtype of the result's floats
     * @param layers of the result, where the recipe puts them together anew
     * @param notes what a user should know
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Merge(
            @Nullable String name,
            String method,
            @Nullable String base,
            List<Model> models,
            int tensors,
            List<String> copied,
            long parameters,
            String dtype,
            @Nullable Integer layers,
            List<String> notes) {}

    /** A model: its name in the recipe, and where it is. */
    public record Model(String name, String location) {}

    /** Sums up a plan. */
    public static CheckpointSummary of(CheckpointPlan plan) {
        return new CheckpointSummary(
                plan.stages().stream().map(CheckpointSummary::merge).toList(),
                plan.sources().stream().mapToLong(CheckpointSummary::bytes).sum(),
                plan.bytesWritten());
    }

    private static Merge merge(StagePlan plan) {
        Map<Boolean, List<String>> names = plan.tensors().stream()
                .collect(Collectors.partitioningBy(
                        t -> t.work() instanceof Work.Merge,
                        Collectors.mapping(PlannedTensor::name, Collectors.toList())));
        return new Merge(
                plan.stage().name(),
                plan.stage().method().name(),
                plan.stage().base() == null ? null : plan.stage().base().toString(),
                plan.models().stream()
                        .map(m -> new Model(m.label(), m.path().toString()))
                        .toList(),
                names.getOrDefault(true, List.of()).size(),
                names.getOrDefault(false, List.of()),
                plan.parameters(),
                plan.dtype().toString(),
                plan.layers().isPresent() ? plan.layers().getAsInt() : null,
                plan.notes());
    }

    private static long bytes(OpenedModel model) {
        return model.files().stream()
                .filter(Files::isRegularFile)
                .mapToLong(file -> {
                    try {
                        return Files.size(file);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .sum();
    }
}
