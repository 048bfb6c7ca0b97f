package io.sinter.finetune.recipe;

import io.sinter.error.MalformedException;
import io.sinter.output.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a training noted in {@code metrics.jsonl}, resumed or not.
 *
 * @param losses of the steps, in order
 * @param measured on held-out data, in order
 */
record RunMetrics(List<Double> losses, List<Measured> measured) {

    private static final int TENTH = 10;

    /** A number on held-out data after so many steps. */
    record Measured(long step, String metric, double value) {}

    /** Copies the lists. */
    RunMetrics {
        losses = List.copyOf(losses);
        measured = List.copyOf(measured);
    }

    /** Reads the file in the folder of a training. */
    static RunMetrics read(Path folder) {
        Path file = folder.resolve("metrics.jsonl");
        List<Double> losses = new ArrayList<>();
        List<Measured> measured = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                JsonNode node = JsonMapper.shared().readTree(line);
                if (node.has("loss")) {
                    losses.add(node.path("loss").asDouble());
                } else {
                    measured.add(new Measured(
                            node.path("step").asLong(),
                            node.path("metric").asString(""),
                            node.path("value").asDouble()));
                }
            }
        } catch (IOException | JacksonException e) {
            throw new MalformedException(file + ": cannot be read: " + e.getMessage(), e);
        }
        return new RunMetrics(losses, measured);
    }

    /** The mean of the first tenth of the losses, and of the last. */
    Manifest.Loss loss() {
        int tenth = Math.max(1, losses.size() / TENTH);
        return new Manifest.Loss(
                mean(losses.subList(0, Math.min(tenth, losses.size()))),
                mean(losses.subList(Math.max(0, losses.size() - tenth), losses.size())));
    }

    private static double mean(List<Double> numbers) {
        return numbers.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }
}
