package io.sinter.samples;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Times of several things that were measured in turns. */
final class Timings {

    private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

    /** Times something. */
    void time(String what, Runnable work) {
        long start = System.nanoTime();
        work.run();
        add(what, System.nanoTime() - start);
    }

    /** Adds a time. */
    void add(String what, long nanoseconds) {
        seconds.computeIfAbsent(what, w -> new ArrayList<>()).add(nanoseconds / 1e9);
    }

    /** Prints medians and bests. */
    void print() {
        seconds.forEach((what, times) -> System.out.printf(
                Locale.ROOT, "%-28s median %7.3f s, best %7.3f s%n", what, median(times), best(times)));
    }

    /** Prints how many times as long one thing takes as another. */
    void printRatio(String what, String beside) {
        List<Double> a = seconds.getOrDefault(what, List.of());
        List<Double> b = seconds.getOrDefault(beside, List.of());
        System.out.printf(
                Locale.ROOT,
                "%s / %s: medians %.2f, bests %.2f%n",
                what,
                beside,
                median(a) / median(b),
                best(a) / best(b));
    }

    private static double best(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
}
