package io.sinter.samples;

import io.sinter.bake.Bake;
import io.sinter.bake.CombinedTable;
import io.sinter.combine.Average;
import io.sinter.combine.Combination;
import io.sinter.merge.MergePlanner;
import io.sinter.merge.MergeReport;
import io.sinter.merge.Merger;
import io.sinter.merge.ModelLocation;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.progress.Progress;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.RecipeReader;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long a merge takes beside {@code cp} of as many bytes, in turns, in one process, start-up and warm-up left out:
 * the tables alone (read two models, find and average their tables, write the new .onnx, flushed to the disk), and the
 * whole command (plan, check vocabularies, merge, write, hash the sources, describe, flush, rename).
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
        OrtRuntime runtime = new OrtRuntime();
        Path folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), ".merge-speed-");
        try {
            measure(recipe, runtime, folder, rounds);
        } finally {
            Commands.run("rm", "-rf", folder.toString());
        }
    }

    private static void measure(Recipe recipe, OrtRuntime runtime, Path folder, int rounds)
            throws IOException, InterruptedException {
        Merger merger = new Merger(runtime, SessionOptions.DEFAULT, Progress.NONE);
        Path merged = folder.resolve("merged");
        Path copy = folder.resolve("copy.onnx");
        List<Double> tables = new ArrayList<>();
        List<Double> merges = new ArrayList<>();
        List<Double> copies = new ArrayList<>();
        List<Double> flushedCopies = new ArrayList<>();
        Map<String, List<Double>> steps = new TreeMap<>();
        long bytes = 0;
        for (int round = -WARM_UP; round < rounds; round++) {
            long start = System.nanoTime();
            tables(runtime, recipe, folder.resolve("tables.onnx"));
            double table = millis(start);
            start = System.nanoTime();
            MergeReport report = merger.merge(MergePlanner.plan(recipe), merged, Existing.REFUSE);
            double merge = millis(start);
            start = System.nanoTime();
            Commands.run("cp", merged.resolve("model.onnx").toString(), copy.toString());
            double copied = millis(start);
            Commands.run("sync", copy.toString());
            double flushed = millis(start);
            bytes = Files.size(copy);
            Commands.run(
                    "rm",
                    "-rf",
                    copy.toString(),
                    merged.toString(),
                    folder.resolve("tables.onnx").toString());
            if (round >= 0) {
                tables.add(table);
                merges.add(merge);
                copies.add(copied);
                flushedCopies.add(flushed);
                report.milliseconds()
                        .forEach((step, ms) -> steps.computeIfAbsent(step, s -> new ArrayList<>())
                                .add(ms.doubleValue()));
            }
        }
        System.out.printf(Locale.ROOT, "%d rounds, output %.1f MB%n", rounds, bytes / 1e6);
        print("tables", tables);
        print("whole merge", merges);
        print("cp", copies);
        print("cp and sync", flushedCopies);
        ratios("tables", tables, copies, flushedCopies);
        ratios("whole merge", merges, copies, flushedCopies);
        steps.forEach((step, ms) -> System.out.printf(Locale.ROOT, "  %-12s %7.1f ms%n", step, median(ms)));
    }

    /** Averages the tables of the first two models into the first one's graph. */
    private static void tables(OrtRuntime runtime, Recipe recipe, Path output) {
        List<GraphSource> sources = recipe.models().stream()
                .map(m -> (GraphSource) ModelSource.open(ModelLocation.resolve(m.model(), recipe.folder())))
                .toList();
        Model body = sources.getFirst().readModel();
        EmbeddingTable first = sources.getFirst().embeddingTable(body);
        TensorData second = sources.getLast().table().data();
        CombinedTable combined =
                new CombinedTable(Combination.of(new Average()), Map.of(), List.of(first.data(), second));
        TensorData merged = new Bake(runtime, SessionOptions.DEFAULT).table(combined, DType.FLOAT);
        body.graph().setInitializer(first.stored().weight(), merged);
        OnnxWriter.write(body, output, WriteOptions.DEFAULT);
    }

    private static void ratios(String what, List<Double> ms, List<Double> copies, List<Double> flushedCopies) {
        System.out.printf(
                Locale.ROOT,
                "%-14s / cp: medians %.2f, bests %.2f    / (cp and sync): medians %.2f, bests %.2f%n",
                what,
                median(ms) / median(copies),
                best(ms) / best(copies),
                median(ms) / median(flushedCopies),
                best(ms) / best(flushedCopies));
    }

    private static void print(String what, List<Double> ms) {
        System.out.printf(Locale.ROOT, "%-14s median %7.1f ms, best %7.1f ms%n", what, median(ms), best(ms));
    }

    private static double best(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static double millis(long start) {
        return (System.nanoTime() - start) / 1e6;
    }
}
