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
 * <p>Run with {@code samples/benchmarks/run WeightMergeQuality [METHOD...] [MASKED.safetensors...] [FICTION.txt REFERENCE.txt]}:
 * methods where not all are wanted; files as {@code eval --mlm} reads them, of different domains; and texts of both models for
 * RegMean, which is left out without them.
 */
public final class WeightMergeQuality {

    private static final Path MODELS = Path.of("samples/models").toAbsolutePath();
    private static final String REFERENCE = "task_arithmetic";
    private static final String REGMEAN = "regmean";

    private final OrtRuntime runtime = new OrtRuntime();
    private final List<MaskedDataset> tuning;
    private final List<MaskedDataset> test;
    private final List<Path> texts;
    private final Path folder;

    private WeightMergeQuality(List<MaskedDataset> domains, List<Path> texts, Path folder) {
        this.tuning = domains.stream().map(d -> half(d, 0)).toList();
        this.test = domains.stream().map(d -> half(d, 1)).toList();
        this.texts = texts;
        this.folder = folder;
    }

    /** Every second text of a domain. */
    private static MaskedDataset half(MaskedDataset domain, int first) {
        List<MaskedExample> examples = new ArrayList<>();
        for (int i = first; i < domain.examples().size(); i += 2) {
            examples.add(domain.examples().get(i));
        }
        return new MaskedDataset(domain.name(), examples);
    }

    /** The best setting of a method, and its losses on the test texts, by domain. */
    private record Best(String setting, List<List<Double>> losses) {

        List<Double> all() {
            return losses.stream().flatMap(List::stream).toList();
        }
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException {
        List<String> masked = ending(arguments, ".safetensors");
        List<Path> texts = ending(arguments, ".txt").stream()
                .map(file -> Path.of(file).toAbsolutePath())
                .toList();
        List<String> methods =
                Stream.of(arguments).filter(a -> !a.contains(".")).toList();
        List<MaskedDataset> domains = (masked.isEmpty() ? List.of("samples/data/masked-fiction.safetensors") : masked)
                .stream().map(f -> MaskedDataset.read(Path.of(f))).toList();
        WeightMergeQuality quality =
                new WeightMergeQuality(domains, texts, Files.createTempDirectory("weight-merge-quality-"));
        System.out.printf("%-18s %-36s", "method", "best of its settings");
        domains.forEach(d -> System.out.printf(" %12s", d.name().replaceFirst("\\.safetensors$", "")));
        System.out.println("       mean   minus task arithmetic (95 %)");
        for (String model : List.of("bert-mini", "bert-mini-fiction", "bert-mini-reference")) {
            print(model, new Best("as it is", quality.losses(MODELS.resolve(model), quality.test)), null);
        }
        Best reference = quality.best(REFERENCE, settings().getOrDefault(REFERENCE, List.of()));
        print(REFERENCE, reference, null);
        for (Map.Entry<String, List<String>> method : settings().entrySet()) {
            boolean wanted = methods.isEmpty() || methods.contains(method.getKey());
            boolean possible = !method.getKey().equals(REGMEAN) || texts.size() == 2;
            if (wanted && possible && !method.getKey().equals(REFERENCE)) {
                print(method.getKey(), quality.best(method.getKey(), method.getValue()), reference);
            }
        }
    }

    private static List<String> ending(String[] arguments, String end) {
        return Stream.of(arguments).filter(a -> a.endsWith(end)).toList();
    }

    private static Map<String, List<String>> settings() {
        Map<String, List<String>> settings = new LinkedHashMap<>();
        settings.put(REGMEAN, grid("alpha: 0.5, lambda: ", "1.0", "1.1", "1.2"));
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

    private Best best(String method, List<String> settings) {
        String best = settings.getFirst();
        double least = Double.POSITIVE_INFINITY;
        for (String setting : settings.size() == 1 ? List.<String>of() : settings) {
            double loss = mean(losses(merged(method, setting), tuning));
            if (loss < least) {
                least = loss;
                best = setting;
            }
        }
        return new Best(best, losses(merged(method, best), test));
    }

    private Path merged(String method, String setting) {
        Path output = folder.resolve("merged");
        CheckpointPlan plan = CheckpointPlan.of(
                MergekitReader.parse(MODELS.resolve("merge.yaml"), recipe(method, setting)), ModelLocation.standard());
        new CheckpointMerger(Progress.NONE).merge(plan, output, Existing.REPLACE);
        return output;
    }

    /** Methods of two models go from the one to the other; the others start at the model that both were made of. */
    private String recipe(String method, String setting) {
        boolean pair = List.of("slerp", "nearswap", "arcee_fusion").contains(method);
        boolean based =
                !pair && !List.of("linear", "nuslerp", "multislerp", "karcher").contains(method);
        String base = pair ? "bert-mini-fiction" : "bert-mini";
        String first = pair ? "" : "{model: bert-mini-fiction%s}, ".formatted(texts(method, 0));
        return "merge_method: %s\n%smodels: [%s{model: bert-mini-reference%s}]\nparameters: {%s}\nout_dtype: float32\n"
                .formatted(method, pair || based ? "base_model: " + base + "\n" : "", first, texts(method, 1), setting);
    }

    private String texts(String method, int model) {
        return method.equals(REGMEAN) ? ", texts: " + texts.get(model) : "";
    }

    private List<List<Double>> losses(Path model, List<MaskedDataset> domains) {
        try (MaskedLanguageModel opened =
                MaskedLanguageModel.open(runtime, ModelSource.open(model), LogitsOptions.DEFAULT)) {
            return domains.stream()
                    .map(domain -> MaskedEvaluation.run(opened, domain).losses())
                    .toList();
        }
    }

    private static double mean(List<List<Double>> domains) {
        return domains.stream()
                .mapToDouble(WeightMergeQuality::average)
                .average()
                .orElse(0);
    }

    private static void print(String method, Best best, @Nullable Best reference) {
        System.out.printf(Locale.ROOT, "%-18s %-36s", method, shortened(best.setting));
        best.losses.forEach(d -> System.out.printf(Locale.ROOT, " %12.3f", average(d)));
        System.out.printf(Locale.ROOT, " %10.3f", mean(best.losses));
        if (reference != null) {
            Bootstrap.Interval interval = new Bootstrap(1000, 0.95, 1).meanDifference(best.all(), reference.all());
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

    private static double average(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }
}
