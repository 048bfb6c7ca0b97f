package io.sinter.cli;

import io.sinter.eval.LabelEvaluation;
import io.sinter.eval.LabelResult;
import io.sinter.eval.LabelledDataset;
import io.sinter.eval.LabelledDataset.Inputs;
import io.sinter.eval.LabelledDataset.Labels;
import io.sinter.eval.MaskedDataset;
import io.sinter.eval.MaskedEvaluation;
import io.sinter.eval.MaskedResult;
import io.sinter.eval.RandomMasking;
import io.sinter.eval.StsDataset;
import io.sinter.eval.StsEvaluation;
import io.sinter.eval.StsResult;
import io.sinter.inference.Classifier;
import io.sinter.inference.Embedder;
import io.sinter.inference.MaskedLanguageModel;
import io.sinter.inference.PairClassifier;
import io.sinter.inference.PictureClassifier;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.ModelSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sinter eval}. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description =
                "Scores a model: sentence vectors by semantic textual similarity (correlation of cosines with people's scores), a fill-mask model by the tokens that it predicts (mean -ln p, and the share that is right), a classifier of texts, pictures or both by its labels (the share that is right).",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sinter eval merged --sts samples/data/stsb-test.tsv",
            "  sinter eval samples/models/bert-mini-fiction --mlm samples/data/masked-fiction.safetensors",
            "  sinter eval my-vit --images pictures.tsv"
        })
final class EvalCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelArgument model = new ModelArgument();

    /** What to score. */
    static final class Files {
        @Option(
                names = "--sts",
                required = true,
                arity = "1..*",
                paramLabel = "FILE.tsv",
                description = "Lines score<TAB>sentence<TAB>sentence; several files are encoded together.")
        private List<Path> sts = new ArrayList<>();

        @Option(
                names = "--mlm",
                required = true,
                arity = "1..*",
                paramLabel = "FILE",
                description =
                        "A text a line, of which 15 %% of the tokens are masked at random; or a .safetensors with fixed masks: input_ids, labels (-100 where none) and attention_mask.")
        private List<Path> mlm = new ArrayList<>();

        @Option(
                names = "--labels",
                required = true,
                arity = "1..*",
                paramLabel = "FILE.tsv",
                description = "Lines label<TAB>text, for a classifier of texts.")
        private List<Path> labels = new ArrayList<>();

        @Option(
                names = "--images",
                required = true,
                arity = "1..*",
                paramLabel = "FILE.tsv",
                description =
                        "Lines label<TAB>picture, for a classifier of pictures; paths start at the file's folder.")
        private List<Path> images = new ArrayList<>();

        @Option(
                names = "--pairs",
                required = true,
                arity = "1..*",
                paramLabel = "FILE.tsv",
                description =
                        "Lines label<TAB>text<TAB>picture, either of which may be empty, for a classifier of both; paths start at the file's folder.")
        private List<Path> pairs = new ArrayList<>();

        /** Which of the options with labels was given. */
        private String ofLabels() {
            return !labels.isEmpty() ? "--labels" : images.isEmpty() ? "--pairs" : "--images";
        }
    }

    @ArgGroup(multiplicity = "1")
    private Files files = new Files();

    /** Correlations. */
    enum Metric {
        SPEARMAN,
        PEARSON
    }

    @Option(
            names = "--metric",
            paramLabel = "spearman|pearson",
            description = "Which correlation --sts prints (default: spearman).")
    private @Nullable Metric metric;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of the masks of --mlm FILE.txt; the same seed masks the same tokens (default: 0).")
    private @Nullable Long seed;

    @Mixin
    private EncoderOptions options = new EncoderOptions();

    @Mixin
    private Printer printer = new Printer();

    /** A model's score on a dataset, × 100. */
    record Score(String dataset, String metric, double score, int pairs, double seconds) {}

    /** How a model predicts the masked tokens of a dataset. */
    record Masked(String dataset, double loss, double accuracy, int positions, int texts, double seconds) {}

    /** How often a classifier's best label is right. */
    record Labelled(String dataset, double accuracy, int right, int examples, double seconds) {}

    @Override
    public Integer call() {
        List<String> ofVectors = new ArrayList<>(options.given());
        if (metric != null) {
            ofVectors.add("--metric");
        }
        List<String> ofMasks = seed == null ? List.of() : List.of("--seed");
        if (!files.sts.isEmpty()) {
            refuse(ofMasks, "--sts");
            sts();
        } else if (!files.mlm.isEmpty()) {
            refuse(ofVectors, "--mlm");
            mlm();
        } else {
            refuse(ofVectors, files.ofLabels());
            refuse(ofMasks, files.ofLabels());
            labels();
        }
        return ExitCode.OK.code();
    }

    private void labels() {
        List<Labelled> results = new ArrayList<>();
        if (!files.pairs.isEmpty()) {
            List<LabelledDataset> datasets = files.pairs.stream()
                    .map(file -> LabelledDataset.read(file, Inputs.PAIR, Labels.REQUIRED))
                    .toList();
            try (PairClassifier classifier =
                    PairClassifier.open(new OrtRuntime(), ModelSource.open(model.path()), options.logits())) {
                datasets.forEach(data -> results.add(labelled(data, () -> classifier.classify(data.pairs()))));
            }
        } else if (files.labels.isEmpty()) {
            List<LabelledDataset> datasets =
                    files.images.stream().map(LabelledDataset::read).toList();
            try (PictureClassifier classifier =
                    PictureClassifier.open(new OrtRuntime(), ModelSource.open(model.path()), options.logits())) {
                datasets.forEach(data -> results.add(labelled(data, () -> classifier.classify(data.files()))));
            }
        } else {
            List<LabelledDataset> datasets =
                    files.labels.stream().map(LabelledDataset::read).toList();
            try (Classifier classifier =
                    Classifier.open(new OrtRuntime(), ModelSource.open(model.path()), options.logits())) {
                datasets.forEach(data -> results.add(labelled(data, () -> classifier.classify(data.inputs()))));
            }
        }
        printer.print(
                results,
                out -> results.forEach(r -> out.printf(
                        Locale.ROOT,
                        "%-20s accuracy %.4f  (%,d of %,d)%n",
                        r.dataset,
                        r.accuracy,
                        r.right,
                        r.examples)));
    }

    private static Labelled labelled(LabelledDataset dataset, Supplier<List<List<Classifier.Score>>> classify) {
        long start = System.nanoTime();
        LabelResult result = LabelEvaluation.of(dataset, classify.get());
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Labelled(dataset.name(), result.accuracy(), result.right(), result.examples(), seconds);
    }

    private void refuse(List<String> given, String with) {
        if (!given.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "%s: of no use with %s".formatted(String.join(", ", given), with));
        }
    }

    private void mlm() {
        List<Masked> results = new ArrayList<>();
        try (MaskedLanguageModel masked =
                MaskedLanguageModel.open(new OrtRuntime(), ModelSource.open(model.path()), options.logits())) {
            for (Path file : files.mlm) {
                MaskedDataset dataset = file.toString().endsWith(".safetensors")
                        ? MaskedDataset.read(file)
                        : new RandomMasking(seed == null ? 0 : seed).read(file, masked);
                MaskedResult result = MaskedEvaluation.run(masked, dataset);
                results.add(new Masked(
                        dataset.name(),
                        result.loss(),
                        result.accuracy(),
                        dataset.positions(),
                        dataset.examples().size(),
                        result.seconds()));
            }
        }
        printer.print(
                results,
                out -> results.forEach(r -> out.printf(
                        Locale.ROOT,
                        "%-28s loss %.4f  accuracy %.4f  (%,d masked tokens of %,d texts)%n",
                        r.dataset,
                        r.loss,
                        r.accuracy,
                        r.positions,
                        r.texts)));
    }

    private void sts() {
        Metric chosen = metric == null ? Metric.SPEARMAN : metric;
        List<StsDataset> datasets = files.sts.stream().map(StsDataset::read).toList();
        List<Score> scores = new ArrayList<>();
        try (Embedder embedder =
                Embedder.open(new OrtRuntime(), ModelSource.open(model.path()), options.of(model.path()))) {
            for (StsResult result : StsEvaluation.run(embedder, datasets)) {
                double correlation = switch (chosen) {
                    case SPEARMAN -> result.spearman();
                    case PEARSON -> result.pearson();
                };
                scores.add(new Score(
                        result.dataset().name(),
                        chosen.name().toLowerCase(Locale.ROOT),
                        100 * correlation,
                        result.dataset().pairs().size(),
                        result.seconds()));
            }
        }
        printer.print(
                scores,
                out -> scores.forEach(s ->
                        out.printf(Locale.ROOT, "%-20s %s %.2f  (%d pairs)%n", s.dataset, s.metric, s.score, s.pairs)));
    }
}
