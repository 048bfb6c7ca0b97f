package io.sinter.cli;

import io.sinter.eval.StsDataset;
import io.sinter.eval.StsEvaluation;
import io.sinter.eval.StsResult;
import io.sinter.inference.Embedder;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.ModelSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sinter eval}. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = "Scores a model by semantic textual similarity: correlation of cosines with people's scores.",
        footerHeading = "%nExample:%n",
        footer = "  sinter eval merged --sts samples/data/stsb-test.tsv")
final class EvalCommand implements Callable<Integer> {

    @Mixin
    private ModelArgument model = new ModelArgument();

    @Option(
            names = "--sts",
            required = true,
            arity = "1..*",
            paramLabel = "FILE.tsv",
            description = "Lines score<TAB>sentence<TAB>sentence; several files are encoded together.")
    private List<Path> files = new ArrayList<>();

    /** Correlations. */
    enum Metric {
        SPEARMAN,
        PEARSON
    }

    @Option(
            names = "--metric",
            paramLabel = "spearman|pearson",
            defaultValue = "spearman",
            description = "Which correlation to print (default: ${DEFAULT-VALUE}).")
    private Metric metric = Metric.SPEARMAN;

    @Mixin
    private EncoderOptions options = new EncoderOptions();

    @Mixin
    private Printer printer = new Printer();

    /** A model's score on a dataset, × 100. */
    record Score(String dataset, String metric, double score, int pairs, double seconds) {}

    @Override
    public Integer call() {
        List<StsDataset> datasets = files.stream().map(StsDataset::read).toList();
        List<Score> scores = new ArrayList<>();
        try (Embedder embedder =
                Embedder.open(new OrtRuntime(), ModelSource.open(model.path()), options.of(model.path()))) {
            for (StsResult result : StsEvaluation.run(embedder, datasets)) {
                double correlation = switch (metric) {
                    case SPEARMAN -> result.spearman();
                    case PEARSON -> result.pearson();
                };
                scores.add(new Score(
                        result.dataset().name(),
                        metric.name().toLowerCase(Locale.ROOT),
                        100 * correlation,
                        result.dataset().pairs().size(),
                        result.seconds()));
            }
        }
        printer.print(
                scores,
                out -> scores.forEach(s ->
                        out.printf(Locale.ROOT, "%-20s %s %.2f  (%d pairs)%n", s.dataset, s.metric, s.score, s.pairs)));
        return ExitCode.OK.code();
    }
}
