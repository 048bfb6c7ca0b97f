package io.sinter.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A line of {@code metrics.jsonl}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(Metric.Step.class), @JsonSubTypes.Type(Metric.Dev.class)})
@JsonInclude(JsonInclude.Include.NON_NULL)
sealed interface Metric {

    /** Steps done after it. */
    long step();

    /**
     * A step.
     *
     * @param loss before it
     * @param gradientNorm before clipping
     * @param rate the learning rate
     * @param seconds since the one before was done
     */
    record Step(
            long step,
            double loss,
            @JsonProperty("gradient_norm") double gradientNorm,
            double rate,
            double seconds) implements Metric {}

    /**
     * A measurement on held-out data.
     *
     * @param metric what was measured
     */
    record Dev(long step, String metric, double value) implements Metric {}
}
