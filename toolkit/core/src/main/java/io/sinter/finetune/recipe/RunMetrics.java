package io.sinter.finetune.recipe;

import io.sinter.output.Manifest;
import io.sinter.train.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a training noted in {@code metrics.jsonl}, resumed or not.
 *
 * @param losses of the steps, in order
 * @param measured on held-out data, in order
 */
record RunMetrics(List<Double> losses, List<Metric.Dev> measured) {

    private static final int TENTH = 10;

    /** Copies the lists. */
    RunMetrics {
        losses = List.copyOf(losses);
        measured = List.copyOf(measured);
    }

    /** Reads the file in the folder of a training. */
    static RunMetrics read(Path folder) {
        List<Double> losses = new ArrayList<>();
        List<Metric.Dev> measured = new ArrayList<>();
        for (Metric metric : Metric.read(folder)) {
            switch (metric) {
                case Metric.Step step -> losses.add(step.loss());
                case Metric.Dev dev -> measured.add(dev);
            }
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
