package io.sinter.samples;

import io.sinter.ensemble.EnsembleMerger;
import io.sinter.ensemble.EnsemblePlanner;
import io.sinter.eval.LabelEvaluation;
import io.sinter.eval.LabelledDataset;
import io.sinter.inference.Classifier;
import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.LogitsOptions;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.pooling.Pooling;
import io.sinter.probe.LabelledRows;
import io.sinter.probe.Probe;
import io.sinter.probe.ProbeInput;
import io.sinter.probe.ProbeOptions;
import io.sinter.probe.ProbeReport;
import io.sinter.probe.ProbeRequest;
import io.sinter.probe.ProbeResult;
import io.sinter.probe.ProbeRun;
import io.sinter.progress.Progress;
import io.sinter.recipe.RecipeReader;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.ModelSource;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Classifiers on frozen vectors: accuracy on test rows of all-MiniLM-L6-v2, bge-small-en-v1.5, e5-small-v2 and the last two
 * concatenated in one graph, on TREC-6, SUBJ and SST-2; and of pictures, ambiguous hints in words, and both in one graph.
 * Strengths by cross-validation, of texts from 0.1 and 1. What is measured of the merged models is what their written graphs say.
 *
 * <p>Run with {@code samples/benchmarks/run Probes DATA_FOLDER [MODEL_FOLDER [SET...]]}: DATA_FOLDER has
 * {@code cls/trec6.train.tsv} and so on (label, text) and {@code images/image_hints.tsv} (file, split, label, hint); sets
 * are {@code images}, {@code trec6}, {@code subj} and {@code sst2}, by default all.
 */
public final class Probes {

    private static final Runtime RUNTIME = new OrtRuntime();
    private static final ProbeOptions OPTIONS = ProbeOptions.DEFAULT.withStrengths(0.1, 1.0);
    private static final List<String> SETS = List.of("images", "trec6", "subj", "sst2");

    private final Path data;
    private final Path models;
    private final Path folder;

    private Probes(Path data, Path models, Path folder) {
        this.data = data;
        this.models = models;
        this.folder = folder;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws IOException {
        Path models = arguments.length > 1
                ? Path.of(arguments[1])
                : Path.of(System.getProperty("user.home"), ".cache", "sinter", "models");
        Path folder = Files.createTempDirectory("probes-");
        Probes probes = new Probes(Path.of(arguments[0]).toAbsolutePath(), models.toAbsolutePath(), folder);
        List<String> sets = arguments.length > 2 ? List.of(arguments).subList(2, arguments.length) : SETS;
        try {
            for (String set : sets) {
                if (set.equals("images")) {
                    probes.images();
                } else {
                    probes.texts(set);
                }
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    /** Vectors of a model. */
    private record Parent(String name, TensorData train, TensorData test) {}

    private void texts(String set) throws IOException {
        LabelledDataset train = LabelledDataset.read(data.resolve("cls/" + set + ".train.tsv"));
        LabelledDataset test = LabelledDataset.read(data.resolve("cls/" + set + ".test.tsv"));
        List<Parent> parents = List.of(
                parent("all-MiniLM-L6-v2", "", train, test),
                parent("bge-small-en-v1.5", "", train, test),
                parent("e5-small-v2", "query: ", train, test));
        LabelledRows rows = LabelledRows.of(train, OPTIONS);
        for (Parent parent : parents) {
            Probe.Fitted fitted = Probe.fit(rows, parent.train, OPTIONS, Progress.NONE);
            List<String> best = fitted.head().best(parent.test);
            int right = (int) IntStream.range(0, best.size())
                    .filter(i -> best.get(i).equals(test.examples().get(i).label()))
                    .count();
            print(set, parent.name, fitted.report(), right, best.size());
        }
        TensorData both = beside(parents.get(1).train, parents.get(2).train);
        Probe.Fitted fitted = Probe.fit(rows, both, OPTIONS, Progress.NONE);
        int right = served(set, fitted, test);
        print(
                set,
                "bge-small-en-v1.5 + e5-small-v2",
                fitted.report(),
                right,
                test.examples().size());
    }

    private Parent parent(String name, String prompt, LabelledDataset train, LabelledDataset test) {
        EmbedderOptions how = EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN).withPrompt(prompt);
        try (Embedder embedder = Embedder.open(RUNTIME, ModelSource.open(models.resolve(name)), how)) {
            return new Parent(name, embedder.embed(train.inputs()), embedder.embed(test.inputs()));
        }
    }

    /** Vectors of length 1 as the merged graph has them: one after the other, of length 1 again. */
    private static TensorData beside(TensorData first, TensorData second) {
        long rows = first.dim(0);
        long width = first.dim(1) + second.dim(1);
        float[] a = first.toFloatArray();
        float[] b = second.toFloatArray();
        float[] both = new float[(int) (rows * width)];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(a, row * (int) first.dim(1), both, row * (int) width, (int) first.dim(1));
            System.arraycopy(
                    b, row * (int) second.dim(1), both, row * (int) width + (int) first.dim(1), (int) second.dim(1));
        }
        for (int i = 0; i < both.length; i++) {
            both[i] *= (float) Math.sqrt(0.5);
        }
        return TensorData.of(List.of(rows, width), both);
    }

    /** Merges the two encoders with the head on top into one graph, and asks that. */
    private int served(String set, Probe.Fitted fitted, LabelledDataset test) throws IOException {
        TensorData weight = fitted.head().weight();
        Path head = folder.resolve(set + ".safetensors");
        SafetensorsWriter.write(
                head, Map.of("weight", transposed(weight), "bias", fitted.head().bias()), Map.of());
        Path out = merge("""
                models:
                  - {name: bge, model: %1$s/bge-small-en-v1.5, pooling: mean}
                  - {name: e5, model: %1$s/e5-small-v2, pooling: mean, prompt: "query: "}
                combine: {level: sentence, method: concatenation, normalize_sources: true}
                output: {normalize: true, classifier: {parameters: %2$s, labels: [%3$s]}}
                """.formatted(models, head, labels(fitted.head().labels())), set);
        try (Classifier classifier = Classifier.open(RUNTIME, ModelSource.open(out), LogitsOptions.DEFAULT)) {
            return LabelEvaluation.of(test, classifier.classify(test.inputs())).right();
        }
    }

    private static String labels(List<String> labels) {
        return labels.stream().map(label -> '"' + label + '"').collect(Collectors.joining(", "));
    }

    private static TensorData transposed(TensorData weight) {
        int rows = (int) weight.dim(0);
        int columns = (int) weight.dim(1);
        float[] from = weight.toFloatArray();
        float[] to = new float[from.length];
        for (int i = 0; i < from.length; i++) {
            to[i % columns * rows + i / columns] = from[i];
        }
        return TensorData.of(List.of((long) columns, (long) rows), to);
    }

    private Path merge(String recipe, String name) {
        Path out = folder.resolve(name);
        new EnsembleMerger(RUNTIME, SessionOptions.DEFAULT, Progress.NONE)
                .merge(
                        EnsemblePlanner.plan(RecipeReader.parse(folder.resolve(name + ".yaml"), recipe)),
                        out,
                        Existing.REPLACE);
        return out;
    }

    /** Pictures alone, hints alone, and both: by the written graphs. */
    private void images() throws IOException {
        ProbeRun run = new ProbeRun(RUNTIME, WriteOptions.DEFAULT, Progress.NONE);
        for (ProbeInput input : ProbeInput.values()) {
            EmbedderOptions how = switch (input) {
                case TEXTS -> EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN);
                case PICTURES -> EmbedderOptions.DEFAULT.withPooling(Pooling.CLS);
                case PAIRS -> EmbedderOptions.DEFAULT;
            };
            ModelSource model = ModelSource.open(model(input));
            ProbeRequest request = new ProbeRequest(
                    model, input, rows("train", input), List.of(rows("test", input)), ProbeOptions.DEFAULT, how);
            ProbeResult result = run.write(request, folder.resolve("of-" + input), Existing.REPLACE);
            ProbeResult.Test tested = result.tests().getFirst();
            String what = switch (input) {
                case TEXTS -> "hint: all-MiniLM-L6-v2";
                case PICTURES -> "picture: vit-mini";
                case PAIRS -> "both: all-MiniLM-L6-v2 + vit-mini";
            };
            print("images", what, result.fit(), tested.right(), tested.rows());
        }
    }

    private Path model(ProbeInput input) {
        Path vit = Path.of("samples/models/vit-mini").toAbsolutePath();
        return switch (input) {
            case TEXTS -> models.resolve("all-MiniLM-L6-v2");
            case PICTURES -> vit;
            case PAIRS -> merge("""
                    models:
                      - {name: words, model: %s/all-MiniLM-L6-v2, pooling: mean}
                      - {name: pictures, model: %s, pooling: cls}
                    combine: {level: sentence, method: concatenation, normalize_sources: true}
                    output: {normalize: true}
                    """.formatted(models, vit), "text-and-image");
        };
    }

    /** A file of rows for {@code sinter probe}, of one split. */
    private Path rows(String split, ProbeInput input) throws IOException {
        Path images = data.resolve("images");
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(images.resolve("image_hints.tsv"))) {
            String[] fields = line.split("\t", -1);
            if (fields.length == 4 && fields[1].equals(split)) {
                String picture = images.resolve(fields[0]).toString();
                lines.add(
                        switch (input) {
                            case TEXTS -> fields[2] + "\t" + fields[3];
                            case PICTURES -> fields[2] + "\t" + picture;
                            case PAIRS -> fields[2] + "\t" + fields[3] + "\t" + picture;
                        });
            }
        }
        return Files.write(folder.resolve(input + "." + split + ".tsv"), lines);
    }

    private static void print(String set, String what, ProbeReport fit, int right, int rows) {
        System.out.printf(
                Locale.ROOT,
                "%-7s %-36s accuracy %.2f  (%,d of %,d; C = %s of %s, train %.2f, %d iterations)%n",
                set,
                what,
                100.0 * right / rows,
                right,
                rows,
                fit.strength(),
                fit.strengths().stream()
                        .map(tried -> String.format(
                                Locale.ROOT,
                                "%s: %.2f",
                                tried.strength(),
                                100 * Objects.requireNonNull(tried.accuracy())))
                        .collect(Collectors.joining(", ")),
                100 * fit.trainAccuracy(),
                fit.iterations());
    }
}
