package io.sinter.samples;

import io.sinter.merge.MergePlanner;
import io.sinter.merge.MergeReport;
import io.sinter.merge.Merger;
import io.sinter.merge.Progress;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.RecipeReader;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long a whole merge takes (plan, merge, write, hash the sources, flush to the disk, rename) beside {@code cp} of as
 * many bytes, in turns, in one process. Start-up and warm-up are left out.
 *
 * <p>Run with {@code samples/benchmarks/run MergeSpeed [RECIPE [ROUNDS]]}.
 */
public final class MergeSpeed {

    private static final int WARM_UP = 5;

    private MergeSpeed() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path recipeFile = Path.of(arguments.length > 0 ? arguments[0] : "samples/recipes/average.yaml");
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 15;
        Recipe recipe = RecipeReader.read(recipeFile);
        Merger merger = new Merger(new OrtRuntime(), SessionOptions.DEFAULT, Progress.NONE);
        Path folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), ".merge-speed-");
        try {
            measure(recipe, merger, folder, rounds);
        } finally {
            command("rm", "-rf", folder.toString());
        }
    }

    private static void measure(Recipe recipe, Merger merger, Path folder, int rounds)
            throws IOException, InterruptedException {
        Path merged = folder.resolve("merged");
        Path copy = folder.resolve("copy.onnx");
        List<Double> merges = new ArrayList<>();
        List<Double> copies = new ArrayList<>();
        List<Double> flushedCopies = new ArrayList<>();
        Map<String, List<Double>> steps = new TreeMap<>();
        long bytes = 0;
        for (int round = -WARM_UP; round < rounds; round++) {
            long start = System.nanoTime();
            MergeReport report = merger.merge(MergePlanner.plan(recipe), merged, Existing.REFUSE);
            double merge = millis(start);
            start = System.nanoTime();
            command("cp", merged.resolve("model.onnx").toString(), copy.toString());
            double copied = millis(start);
            command("sync", copy.toString());
            double flushed = millis(start);
            bytes = Files.size(copy);
            command("rm", "-rf", copy.toString(), merged.toString());
            if (round >= 0) {
                merges.add(merge);
                copies.add(copied);
                flushedCopies.add(flushed);
                report.milliseconds()
                        .forEach((step, ms) -> steps.computeIfAbsent(step, s -> new ArrayList<>())
                                .add(ms.doubleValue()));
            }
        }
        System.out.printf(Locale.ROOT, "%d rounds, output %.1f MB%n", rounds, bytes / 1e6);
        print("merge, whole", merges);
        print("cp", copies);
        print("cp and sync", flushedCopies);
        System.out.printf(
                Locale.ROOT,
                "merge / cp: %.2f    merge / (cp and sync): %.2f%n",
                median(merges) / median(copies),
                median(merges) / median(flushedCopies));
        steps.forEach((step, ms) -> System.out.printf(Locale.ROOT, "  %-12s %7.1f ms%n", step, median(ms)));
    }

    private static void print(String what, List<Double> ms) {
        System.out.printf(
                Locale.ROOT,
                "%-14s median %7.1f ms, best %7.1f ms%n",
                what,
                median(ms),
                ms.stream().mapToDouble(Double::doubleValue).min().orElse(0));
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static double millis(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    private static void command(String... line) throws IOException, InterruptedException {
        int status = new ProcessBuilder(line).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(Arrays.toString(line) + ": exit status " + status);
        }
    }
}
