package io.sinter.samples;

import io.sinter.checkpoint.CheckpointMerger;
import io.sinter.checkpoint.CheckpointPlan;
import io.sinter.eval.Bootstrap;
import io.sinter.eval.MaskedDataset;
import io.sinter.eval.MaskedEvaluation;
import io.sinter.eval.MaskedExample;
import io.sinter.inference.LogitsOptions;
import io.sinter.inference.MaskedLanguageModel;
import io.sinter.merge.ModelLocation;
import io.sinter.mergekit.MergekitReader;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.progress.Progress;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every method of merging weights on the sample models, by the loss on masked tokens of several domains. Each method is tried
 * with some settings; the best by the mean loss on every second text is measured on the other texts, and compared there with
 * task arithmetic at its own best.
 *
 * <p>Run with {@code samples/benchmarks/run WeightMergeQuality [MASKED.safetensors...]}: files as {@code eval --mlm} reads
 * them, of different domains.
 */
public final class WeightMergeQuality {

    private static final Path MODELS = Path.of("samples/models").toAbsolutePath();
    private static final String REFERENCE = "task_arithmetic";

    private final OrtRuntime runtime = new OrtRuntime();
    private final List<MaskedDataset> domains;
    private final Path folder;

    private WeightMergeQuality(List<MaskedDataset> domains, Path folder) {
        this.domains = domains;
        this.folder = folder;
    }

    /** Losses of the tokens of one domain: of every second text, and of the others. */
    private record Halves(List<Double> tuning, List<Double> test) {}

    /** One setting of a method, and its losses by domain. */
    private record Tried(String setting, List<Halves> domains) {

        double tuning() {
            return domains.stream().mapToDouble(d -> mean(d.tuning)).average().orElse(0);
        }

        List<Double> test() {
            return domains.stream().flatMap(d -> d.test.stream()).toList();
        }
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException {
        List<String> files =
                arguments.length == 0 ? List.of("samples/data/masked-fiction.safetensors") : List.of(arguments);
        List<MaskedDataset> domains =
                files.stream().map(f -> MaskedDataset.read(Path.of(f))).toList();
        Path folder = Files.createTempDirectory("weight-merge-quality-");
        WeightMergeQuality quality = new WeightMergeQuality(domains, folder);
        System.out.printf("%-18s %-30s", "method", "best of its settings");
        domains.forEach(d -> System.out.printf(" %12s", d.name().replaceFirst("\\.safetensors$", "")));
        System.out.println("       mean   minus task arithmetic (95 %)");
        for (String model : List.of("bert-mini", "bert-mini-fiction", "bert-mini-reference")) {
            print(model, new Tried("as it is", quality.losses(MODELS.resolve(model))), null);
        }
        Tried reference = quality.best(REFERENCE, settings().getOrDefault(REFERENCE, List.of()));
        print(REFERENCE, reference, null);
        for (Map.Entry<String, List<String>> method : settings().entrySet()) {
            if (!method.getKey().equals(REFERENCE)) {
                print(method.getKey(), quality.best(method.getKey(), method.getValue()), reference);
            }
        }
    }

    private static Map<String, List<String>> settings() {
        Map<String, List<String>> settings = new LinkedHashMap<>();
        settings.put("linear", List.of("weight: 1"));
        settings.put("slerp", List.of("t: 0.5"));
        settings.put("nuslerp", List.of("weight: 1"));
        settings.put("multislerp", List.of("weight: 1"));
        settings.put("karcher", List.of("max_iter: 100"));
        settings.put(REFERENCE, grid("weight: 1, lambda: ", "0.4", "0.5", "0.6", "0.7", "0.8"));
        settings.put("ties", grid("weight: 1, normalize: false, density: 0.8, lambda: ", "0.6", "0.8", "1.0"));
        settings.put("dare_linear", grid("weight: 1, density: 0.8, lambda: ", "0.5", "0.6"));
        settings.put("dare_ties", grid("weight: 1, density: 0.8, lambda: ", "0.6", "0.8"));
        settings.put("della_linear", grid("weight: 1, density: 0.8, epsilon: 0.1, lambda: ", "0.5", "0.6"));
        settings.put("della", grid("weight: 1, normalize: false, density: 0.8, epsilon: 0.1, lambda: ", "0.6", "0.8"));
        settings.put("breadcrumbs", grid("weight: 1, density: 0.9, gamma: 0.01, lambda: ", "0.6", "0.7"));
        settings.put("breadcrumbs_ties", grid("weight: 1, density: 0.9, gamma: 0.01, lambda: ", "0.6", "0.8"));
        settings.put("sce", grid("select_topk: ", "0.5", "0.8", "1.0"));
        settings.put("ram", List.of("epsilon: 0.001"));
        settings.put("ramplus_tl", List.of("epsilon: 0.001"));
        settings.put("model_stock", grid("filter_wise: ", "false", "true"));
        settings.put("nearswap", grid("t: ", "0.005", "0.02"));
        settings.put("arcee_fusion", List.of(""));
        return settings;
    }

    private static List<String> grid(String start, String... values) {
        return Stream.of(values).map(v -> start + v).toList();
    }

    private Tried best(String method, List<String> settings) throws IOException {
        List<Tried> tried = new ArrayList<>();
        for (String setting : settings) {
            Path output = folder.resolve("merged");
            CheckpointPlan plan = CheckpointPlan.of(
                    MergekitReader.parse(MODELS.resolve("merge.yaml"), recipe(method, setting)),
                    ModelLocation.standard());
            new CheckpointMerger(Progress.NONE).merge(plan, output, Existing.REPLACE);
            tried.add(new Tried(setting, losses(output)));
        }
        return tried.stream().min(Comparator.comparingDouble(Tried::tuning)).orElseThrow();
    }

    /** Methods of two models go from the one to the other; the others start at the model that both were made of. */
    private static String recipe(String method, String setting) {
        boolean pair = List.of("slerp", "nearswap", "arcee_fusion").contains(method);
        boolean based =
                !pair && !List.of("linear", "nuslerp", "multislerp", "karcher").contains(method);
        String base = pair ? "bert-mini-fiction" : "bert-mini";
        return "merge_method: %s\n%smodels: [%s{model: bert-mini-reference}]\nparameters: {%s}\nout_dtype: float32\n"
                .formatted(
                        method,
                        pair || based ? "base_model: " + base + "\n" : "",
                        pair ? "" : "{model: bert-mini-fiction}, ",
                        setting);
    }

    private List<Halves> losses(Path model) {
        List<Halves> halves = new ArrayList<>();
        try (MaskedLanguageModel opened =
                MaskedLanguageModel.open(runtime, ModelSource.open(model), LogitsOptions.DEFAULT)) {
            for (MaskedDataset domain : domains) {
                List<Double> losses = MaskedEvaluation.run(opened, domain).losses();
                List<Double> tuning = new ArrayList<>();
                List<Double> test = new ArrayList<>();
                int at = 0;
                for (int i = 0; i < domain.examples().size(); i++) {
                    MaskedExample example = domain.examples().get(i);
                    int end = at + example.positions().size();
                    (i % 2 == 0 ? tuning : test).addAll(losses.subList(at, end));
                    at = end;
                }
                halves.add(new Halves(tuning, test));
            }
        }
        return halves;
    }

    private static void print(String method, Tried tried, @Nullable Tried reference) {
        System.out.printf(Locale.ROOT, "%-18s %-30s", method, shortened(tried.setting));
        tried.domains.forEach(d -> System.out.printf(Locale.ROOT, " %12.3f", mean(d.test)));
        double mean =
                tried.domains.stream().mapToDouble(d -> mean(d.test)).average().orElse(0);
        System.out.printf(Locale.ROOT, " %10.3f", mean);
        if (reference != null) {
            Bootstrap.Interval interval = new Bootstrap(1000, 0.95, 1).meanDifference(tried.test(), reference.test());
            System.out.printf(
                    Locale.ROOT, "   %+.3f (%+.3f to %+.3f)", interval.difference(), interval.low(), interval.high());
        }
        System.out.println();
    }

    private static String shortened(String setting) {
        return setting.replace("weight: 1, ", "")
                .replace("normalize: false, ", "")
                .replace(": ", " ");
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }
}
