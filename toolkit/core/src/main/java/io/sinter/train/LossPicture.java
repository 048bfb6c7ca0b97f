package io.sinter.train;

import io.sinter.file.AtomicFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A picture (SVG) of a training: its loss as it is and smoothed, what was measured on held-out data, and the learning rate,
 * over the steps.
 */
final class LossPicture {

    /** Its name in the folder of a training. */
    static final String FILE_NAME = "loss.svg";

    /** The smoothed loss is a mean of about this part of all steps. */
    private static final double SPAN = 0.04;

    private LossPicture() {}

    /** Draws what was measured; nothing where no step was. */
    static void write(Path folder, List<Metric> metrics) {
        List<Metric.Step> steps = only(Metric.Step.class, metrics);
        if (steps.isEmpty()) {
            return;
        }
        List<Panel> panels = new ArrayList<>();
        List<Point> losses =
                steps.stream().map(s -> new Point(s.step(), s.loss())).toList();
        panels.add(new Panel(
                "training loss, and its moving average",
                260,
                List.of(new Panel.Line("#b8c9dc", 1, losses), new Panel.Line("#1f5a99", 2, smoothed(losses)))));
        List<Metric.Dev> dev = only(Metric.Dev.class, metrics);
        if (!dev.isEmpty()) {
            List<Point> points =
                    dev.stream().map(m -> new Point(m.step(), m.value())).toList();
            String title = dev.getFirst().metric() + " on held-out data";
            panels.add(new Panel(title, 180, List.of(new Panel.Line("#b4452c", 2, points))));
        }
        List<Point> rates =
                steps.stream().map(s -> new Point(s.step(), s.rate())).toList();
        panels.add(new Panel("learning rate", 110, List.of(new Panel.Line("#4b7d3a", 2, rates))));
        ByteBuffer svg = StandardCharsets.UTF_8.encode(
                Panel.svg(panels, new Interval(0, steps.getLast().step())));
        AtomicFile.write(folder.resolve(FILE_NAME), svg.remaining(), channel -> {
            while (svg.hasRemaining()) {
                channel.write(svg);
            }
        });
    }

    private static <T extends Metric> List<T> only(Class<T> type, List<Metric> metrics) {
        return metrics.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** An exponential moving average whose weights add up to 1 from the first step on. */
    static List<Point> smoothed(List<Point> points) {
        double stays = 1 - 2 / (Math.max(1, SPAN * points.size()) + 1);
        List<Point> smoothed = new ArrayList<>();
        double sum = 0;
        double weights = 0;
        for (Point point : points) {
            sum = stays * sum + point.y();
            weights = stays * weights + 1;
            smoothed.add(new Point(point.x(), sum / weights));
        }
        return smoothed;
    }

    /** A number at a step. */
    record Point(double x, double y) {}

    /** From a number to a higher one. */
    record Interval(double low, double high) {

        /** What holds all numbers; around a single one, a little. */
        static Interval of(double[] numbers) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (double number : numbers) {
                low = Math.min(low, number);
                high = Math.max(high, number);
            }
            double room = high > low ? 0 : Math.max(Math.abs(high), 1e-12) / 10;
            return new Interval(low - room, high + room);
        }

        /** Where a number lies in it, from 0 to 1. */
        double at(double number) {
            return (number - low) / (high - low);
        }

        /** Round numbers in it: multiples of 1, 2 or 5 times a power of ten, about as many as wished. */
        List<Double> ticks(int wished) {
            double raw = (high - low) / wished;
            double power = Math.pow(10, Math.floor(Math.log10(raw)));
            double step = power * (raw / power <= 1 ? 1 : raw / power <= 2 ? 2 : raw / power <= 5 ? 5 : 10);
            List<Double> ticks = new ArrayList<>();
            for (double k = Math.ceil(low / step); k * step <= high; k++) {
                ticks.add(k * step);
            }
            return ticks;
        }
    }
}
