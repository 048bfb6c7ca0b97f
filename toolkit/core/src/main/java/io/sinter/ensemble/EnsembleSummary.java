package io.sinter.ensemble;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.source.InputSet;
import java.util.List;

/**
 * A plan for people and machines.
 *
 * @param encoders in order
 * @param sets how texts are read
 * @param level {@code sentence} or {@code token}
 * @param method of combining
 * @param result the vectors, as {@code FLOAT [batch, 768]}
 * @param bytesRead of the models
 * @param bytesWritten of the graph, at most about
 * @param notes what a user should know
 */
public record EnsembleSummary(
        List<Encoder> encoders,
        @JsonProperty("input_sets") List<InputSet> sets,
        String level,
        String method,
        String result,
        @JsonProperty("bytes_read") long bytesRead,
        @JsonProperty("bytes_written") long bytesWritten,
        List<String> notes) {

    /**
     * One encoder.
     *
     * @param name in the recipe
     * @param location where it is
     * @param width of its vectors
     * @param vectors how they are made
     * @param inputs of the whole graph that it reads
     */
    public record Encoder(String name, String location, long width, String vectors, List<String> inputs) {}

    /** Sums up a plan. */
    public static EnsembleSummary of(EnsemblePlan plan) {
        return new EnsembleSummary(
                plan.branches().stream()
                        .map(b -> new Encoder(
                                b.name(),
                                b.source().path().toString(),
                                b.width(),
                                b.vectors(),
                                b.inputs().stream().map(BranchInput::shared).toList()))
                        .toList(),
                plan.sets(),
                plan.level().label(),
                plan.combination().combiner().method(),
                "FLOAT [batch, %s%d]"
                        .formatted(
                                switch (plan.level()) {
                                    case TOKEN -> "sequence, ";
                                    case SENTENCE, TABLE -> "";
                                },
                                plan.width()),
                plan.costs().bytesRead(),
                plan.costs().bytesWritten(),
                plan.notes());
    }
}
