package io.sinter.cli;

import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.PairEmbedder;
import io.sinter.probe.ProbeInput;
import io.sinter.probe.ProbeOptions;
import io.sinter.probe.ProbeReport;
import io.sinter.probe.ProbeRequest;
import io.sinter.probe.ProbeResult;
import io.sinter.probe.ProbeRun;
import io.sinter.runtime.OrtRuntime;
import io.sinter.source.ModelSource;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sinter probe}. */
@Command(
        name = "probe",
        mixinStandardHelpOptions = true,
        description = {
            "Fits a linear classifier on a model's vectors of labelled texts, pictures or both, and puts it into the graph:",
            "logistic regression to convergence, its strength picked by cross-validation. The result is a model for classify",
            "and eval."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sinter probe cache:all-MiniLM-L6-v2 --pooling mean --data train.tsv --test test.tsv -o questions",
            "  sinter probe my-vit --pooling cls --images pictures.tsv -o my-classes",
            "  sinter probe text-and-image --pairs pairs.tsv --strength 0.1,1 -o both"
        })
final class ProbeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelArgument model = new ModelArgument();

    /** What to learn from. */
    static final class Rows {
        @Option(
                names = "--data",
                required = true,
                paramLabel = "FILE.tsv",
                description = "Lines label<TAB>text, for a model that reads texts.")
        private @Nullable Path texts;

        @Option(
                names = "--images",
                required = true,
                paramLabel = "FILE.tsv",
                description =
                        "Lines label<TAB>picture, for a model that reads pictures; paths start at the file's folder.")
        private @Nullable Path pictures;

        @Option(
                names = "--pairs",
                required = true,
                paramLabel = "FILE.tsv",
                description =
                        "Lines label<TAB>text<TAB>picture, either of which may be empty, for a model that reads both; paths start at the file's folder.")
        private @Nullable Path pairs;

        private Map.Entry<ProbeInput, Path> chosen() {
            if (texts != null) {
                return Map.entry(ProbeInput.TEXTS, texts);
            }
            return pictures != null
                    ? Map.entry(ProbeInput.PICTURES, pictures)
                    : Map.entry(ProbeInput.PAIRS, Optional.ofNullable(pairs).orElseThrow());
        }
    }

    @ArgGroup(multiplicity = "1")
    private Rows rows = new Rows();

    @Option(
            names = "--test",
            arity = "1..*",
            paramLabel = "FILE.tsv",
            description = "Further lines of the same kind, which the written model is tried on.")
    private List<Path> tests = new ArrayList<>();

    @Option(
            names = "--strength",
            split = ",",
            paramLabel = "C",
            defaultValue = "0.001,0.01,0.1,1,10",
            description =
                    "How close to the rows the classifier may come; of several, cross-validation picks one (default: ${DEFAULT-VALUE}).")
    private List<Double> strengths = new ArrayList<>();

    @Option(
            names = "--cross-validation",
            paramLabel = "FOLDS",
            defaultValue = "5",
            description = "Folds, 2 or more; 0 for none, with one strength (default: ${DEFAULT-VALUE}).")
    private int folds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of the folds (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--multi-label",
            description = "A line may have any number of labels, with commas between, or none: a probability for each.")
    private boolean multiLabel;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private EncoderOptions encoder = new EncoderOptions();

    @Mixin
    private Printer printer = new Printer();

    @Override
    public Integer call() {
        Optional<Path> target = output.target();
        ProbeInput input = rows.chosen().getKey();
        ProbeOptions options = options();
        ModelSource source = ModelSource.open(model.path());
        requireReading(source, input);
        EmbedderOptions embedding = encoder.of(model.path());
        ProbeRequest request = new ProbeRequest(source, input, rows.chosen().getValue(), tests, options, embedding);
        ProbeRun run = new ProbeRun(new OrtRuntime(), output.writing(), TerminalProgress.standard());
        ProbeResult result =
                target.isEmpty() ? run.preview(request) : run.write(request, target.get(), output.existing());
        printer.print(result, out -> print(result, out));
        return ExitCode.OK.code();
    }

    private ProbeOptions options() {
        try {
            return new ProbeOptions(
                    strengths, folds, seed, multiLabel ? ProbeOptions.Labels.SEVERAL : ProbeOptions.Labels.ONE);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void requireReading(ModelSource source, ProbeInput input) {
        boolean both = PairEmbedder.reads(source);
        if (both && input != ProbeInput.PAIRS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s reads texts and pictures: give --pairs, with lines label<TAB>text<TAB>picture"
                            .formatted(source.path()));
        }
        if (input != ProbeInput.TEXTS && !encoder.givenOfTexts().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s: of no use with pictures".formatted(String.join(", ", encoder.givenOfTexts())));
        }
    }

    private static void print(ProbeResult result, PrintWriter out) {
        ProbeReport fit = result.fit();
        String where = result.output();
        out.printf(
                Locale.ROOT,
                "%s: %d labels, %,d rows of %s, vectors of width %d%n",
                where == null ? "fitted (nothing is written)" : "classifier in " + where,
                fit.counts().size(),
                fit.rows(),
                result.data(),
                fit.width());
        ProbeLines.print(fit, out);
        for (ProbeResult.Test test : result.tests()) {
            out.printf(
                    Locale.ROOT,
                    "  test       accuracy %.4f  (%,d of %,d of %s)%n",
                    test.accuracy(),
                    test.right(),
                    test.rows(),
                    test.data());
        }
        new OutputLines(result.files(), result.milliseconds(), result.notes()).print(out);
    }
}
