package io.sinter.samples;

import io.sinter.eval.Bootstrap;
import io.sinter.eval.MaskedEvaluation;
import io.sinter.eval.MaskedResult;
import io.sinter.eval.RandomMasking;
import io.sinter.inference.LogitsOptions;
import io.sinter.inference.MaskedLanguageModel;
import io.sinter.merge.MergePlanner;
import io.sinter.merge.Merger;
import io.sinter.output.StagedDirectory.Existing;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How well a fill-mask model reads with the tokenizer of another one, by the way that rows are made which it lacks: masked
 * loss on texts, and what each way gains over the naive ones (zero, mean, random), with 95 % bootstrap intervals. And how
 * the two models' averages do in the body with its own tokens, by how tokens are aligned.
 *
 * <p>Run with {@code samples/benchmarks/run TransplantQuality BODY DONOR TEXT...}, on directories of fill-mask models.
 */
public final class TransplantQuality {

    private static final List<String> NAIVE = List.of("zero", "mean", "random-normal, seed: 1");
    private static final List<String> WAYS =
            List.of("subtoken", "nearest", "focus", "landmark-pca", "procrustes", "ridge", "omp, k: 64");

    private static final Bootstrap BOOTSTRAP = new Bootstrap(2000, 0.95, 1);

    private TransplantQuality() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException {
        Path body = Path.of(arguments[0]).toAbsolutePath();
        Path donor = Path.of(arguments[1]).toAbsolutePath();
        List<Path> texts = Arrays.stream(arguments).skip(2).map(Path::of).toList();
        Path folder = Files.createTempDirectory("transplant-quality-");
        try {
            for (Path text : texts) {
                print(body, donor, text, folder);
            }
        } finally {
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private static void print(Path body, Path donor, Path text, Path folder) throws IOException {
        System.out.printf(
                Locale.ROOT,
                "%s reads with the tokenizer of %s: %s%n%-24s %8s %9s  %s%n",
                body.getFileName(),
                donor.getFileName(),
                text.getFileName(),
                "missing rows by",
                "loss",
                "accuracy",
                "loss less than zero, mean, random: difference [95 % interval]");
        print("(parent) " + body.getFileName(), evaluate(body, text), Map.of());
        print("(parent) " + donor.getFileName(), evaluate(donor, text), Map.of());
        Map<String, MaskedResult> naive = new LinkedHashMap<>();
        for (String method : NAIVE) {
            MaskedResult result = evaluate(transplant(body, donor, method, folder), text);
            naive.put(method, result);
            print(method, result, Map.of());
        }
        for (String method : WAYS) {
            print(method, evaluate(transplant(body, donor, method, folder), text), naive);
        }
        Map<String, MaskedResult> position =
                Map.of("position", evaluate(average(body, donor, "position", folder), text));
        System.out.println("averaged in the body, with its own tokens; loss less than align: position [95 % interval]");
        for (String align : List.of("position", "offsets", "vocabulary")) {
            print("align: " + align, evaluate(average(body, donor, align, folder), text), position);
        }
        System.out.println();
    }

    /** Half of each model's vectors, the other model's brought to the body's width. */
    private static Path average(Path body, Path other, String align, Path folder) {
        return merged("""
                models: [{name: body, model: "%s"}, {name: other, model: "%s"}]
                body: body
                vocabulary: {from: body, missing: {method: omp, k: 64}, align: %s}
                dimension: {to: body, by: procrustes, scaled: true, centred: true}
                combine: {method: average}
                mode: live
                """.formatted(body, other, align), folder);
    }

    private static void print(String name, MaskedResult result, Map<String, MaskedResult> naive) {
        StringBuilder gains = new StringBuilder();
        naive.values().forEach(other -> {
            Bootstrap.Interval gain = BOOTSTRAP.meanDifference(other.losses(), result.losses());
            gains.append("%.3f [%.3f, %.3f]  ".formatted(gain.difference(), gain.low(), gain.high()));
        });
        System.out.printf(
                Locale.ROOT, "%-24s %8.3f %9.3f  %s%n", name, result.loss(), result.accuracy(), gains.toString());
    }

    private static Path transplant(Path body, Path donor, String method, Path folder) {
        return merged("""
                models: [{name: body, model: "%s"}, {name: donor, model: "%s"}]
                body: body
                vocabulary: {from: donor, missing: {method: %s}}
                combine: {method: select, source: 1}
                """.formatted(body, donor, method), folder);
    }

    private static Path merged(String recipe, Path folder) {
        Path out = folder.resolve("merged");
        new Merger(new OrtRuntime(), SessionOptions.DEFAULT, Progress.NONE)
                .merge(MergePlanner.plan(RecipeReader.parse(folder.resolve("r.yaml"), recipe)), out, Existing.REPLACE);
        return out;
    }

    private static MaskedResult evaluate(Path model, Path text) {
        try (MaskedLanguageModel open =
                MaskedLanguageModel.open(new OrtRuntime(), ModelSource.open(model), LogitsOptions.DEFAULT)) {
            return MaskedEvaluation.run(open, new RandomMasking(0).read(text, open));
        }
    }
}
