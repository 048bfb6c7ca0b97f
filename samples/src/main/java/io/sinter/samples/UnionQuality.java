package io.sinter.samples;

import io.sinter.eval.Bootstrap;
import io.sinter.eval.StsDataset;
import io.sinter.eval.StsEvaluation;
import io.sinter.eval.StsResult;
import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.merge.MergePlanner;
import io.sinter.merge.Merger;
import io.sinter.merge.ModelLocation;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.pooling.Pooling;
import io.sinter.progress.Progress;
import io.sinter.recipe.RecipeReader;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How well a sentence encoder reads with the union of its own vocabulary and another model's, by the way that the new rows
 * are made; beside averages with two tokenizers at run time. Spearman × 100 of each STS file, and the 95 % bootstrap
 * interval of the difference to the body alone. Sentence vectors are means.
 *
 * <p>Run with {@code samples/benchmarks/run UnionQuality BODY OTHER STS.tsv...}; models are directories or
 * {@code cache:NAME}.
 */
public final class UnionQuality {

    private static final List<String> WAYS = List.of(
            "zero", "mean", "random-normal, seed: 1", "nearest", "procrustes", "ridge", "landmark-pca", "omp, k: 64");

    private static final Bootstrap BOOTSTRAP = new Bootstrap(1000, 0.95, 1);

    private UnionQuality() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException {
        List<StsDataset> datasets = Arrays.stream(arguments)
                .skip(2)
                .map(Path::of)
                .map(StsDataset::read)
                .toList();
        Path here = Path.of("").toAbsolutePath();
        Path folder = Files.createTempDirectory("union-quality-");
        try {
            List<StsResult> alone = scores(ModelLocation.resolve(arguments[0], here), datasets);
            print(arguments[0] + " alone", alone, alone);
            print(arguments[1] + " alone", scores(ModelLocation.resolve(arguments[1], here), datasets), alone);
            for (String way : WAYS) {
                print("union, " + way, scores(union(arguments, way, folder), datasets), alone);
            }
            for (String align : List.of("position", "offsets")) {
                print("average, align: " + align, scores(average(arguments, align, folder), datasets), alone);
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private static void print(String name, List<StsResult> results, List<StsResult> alone) {
        StringBuilder line = new StringBuilder("%-32s".formatted(name));
        for (int i = 0; i < results.size(); i++) {
            StsResult result = results.get(i);
            Bootstrap.Interval gain = BOOTSTRAP.spearmanDifference(
                    result.dataset().scores(), result.cosines(), alone.get(i).cosines());
            line.append("  %s %.2f (%+.2f [%.2f, %.2f])"
                    .formatted(
                            result.dataset().name(),
                            100 * result.spearman(),
                            100 * gain.difference(),
                            100 * gain.low(),
                            100 * gain.high()));
        }
        System.out.println(line);
    }

    private static Path union(String[] models, String way, Path folder) {
        return merged("""
                models: [{name: body, model: "%s"}, {name: other, model: "%s"}]
                body: body
                vocabulary: {from: union, missing: {method: %s}}
                combine: {method: select, source: 1}
                output: {pooling: mean}
                """.formatted(models[0], models[1], way), folder);
    }

    private static Path average(String[] models, String align, Path folder) {
        return merged("""
                models: [{name: body, model: "%s"}, {name: other, model: "%s"}]
                body: body
                vocabulary: {from: body, missing: {method: zero}, align: %s, min_coverage: 0}
                dimension: {to: body, by: procrustes, scaled: true, centred: true}
                combine: {method: average}
                mode: live
                output: {pooling: mean}
                """.formatted(models[0], models[1], align), folder);
    }

    private static Path merged(String recipe, Path folder) {
        Path out = folder.resolve("merged");
        Path here = Path.of("").toAbsolutePath();
        new Merger(new OrtRuntime(), SessionOptions.DEFAULT, Progress.NONE)
                .merge(
                        MergePlanner.plan(RecipeReader.parse(here.resolve("recipe.yaml"), recipe)),
                        out,
                        Existing.REPLACE);
        return out;
    }

    private static List<StsResult> scores(Path model, List<StsDataset> datasets) {
        try (Embedder embedder = Embedder.open(
                new OrtRuntime(), ModelSource.open(model), EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN))) {
            return StsEvaluation.run(embedder, datasets);
        }
    }
}
