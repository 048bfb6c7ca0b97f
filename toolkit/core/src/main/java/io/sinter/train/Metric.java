package io.sinter.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.sinter.error.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A line of {@code metrics.jsonl}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(Metric.Step.class), @JsonSubTypes.Type(Metric.Dev.class)})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Metric {

    /**
     * The lines that a training left in a folder, in order.
     *
     * @throws MalformedException if a line is none, or the file cannot be read
     */
    static List<Metric> read(Path folder) {
        Path file = folder.resolve(MetricsLog.FILE_NAME);
        try {
            List<Metric> metrics = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                metrics.add(parse(line, file, metrics.size() + 1));
            }
            return metrics;
        } catch (IOException e) {
            throw new MalformedException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * One line.
     *
     * @param number of the line, from 1
     * @throws MalformedException if it is none
     */
    static Metric parse(String line, Path file, int number) {
        try {
            return JsonMapper.shared().readValue(line, Metric.class);
        } catch (JacksonException e) {
            throw new MalformedException(
                    "%s: line %d: is no metric of a training; remove the line, or the file".formatted(file, number), e);
        }
    }

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
