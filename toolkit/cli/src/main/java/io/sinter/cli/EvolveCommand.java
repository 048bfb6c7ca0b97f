package io.sinter.cli;

import io.sinter.checkpoint.CheckpointMerger;
import io.sinter.ensemble.EnsembleMerger;
import io.sinter.evolve.CandidateMerger;
import io.sinter.evolve.Evaluation;
import io.sinter.evolve.Evolution;
import io.sinter.evolve.Scorer;
import io.sinter.evolve.Search;
import io.sinter.evolve.SearchPlace;
import io.sinter.evolve.SearchReport;
import io.sinter.evolve.SearchSettings;
import io.sinter.evolve.Space;
import io.sinter.evolve.Target;
import io.sinter.merge.Merger;
import io.sinter.progress.Progress;
import io.sinter.recipe.RecipeText;
import io.sinter.recipe.YamlReader;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sinter evolve}. */
@Command(
        name = "evolve",
        mixinStandardHelpOptions = true,
        description = {
            "Searches the numbers of a recipe for the merge that scores best on your data.",
            "",
            "The recipe is any that sinter merge takes; the search begins with its own numbers. Candidates are drawn by CMA-ES,"
                    + " merged into a scratch folder, scored and removed. Every one is a line of DIR/log.jsonl: a search that"
                    + " was killed goes on with the same command. DIR/best.yaml is the best recipe.",
            "",
            "The search sees the data of --eval many times: what it gains there is more than what it gains elsewhere. --test"
                    + " says how much is left on data that it did not see."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sinter evolve samples/recipes/evolve.yaml --space \"models[0].parameters.weight=0..1.2\" \\",
            "      \"models[1].parameters.weight=0..1.2\" --eval mlm:samples/data/fiction.txt --budget 20 -o found",
            "  sinter evolve encoders.yaml --space space.yaml --eval sts:dev.tsv --test sts:test.tsv --pooling mean -o found",
            "",
            "A file for --space:",
            "  - {path: \"models[0].parameters.weight\", from: 0, to: 1}",
            "  - {path: parameters.lambda, from: 0.1, to: 2, scale: log}",
            "  - {path: parameters.density, from: 0.1, to: 1, gradient: 3}   # three values, spread over the layers"
        })
final class EvolveCommand implements Callable<Integer> {

    private static final int USUAL_BUDGET = 50;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "RECIPE", description = "A YAML file, with numbers where the search begins.")
    private Path recipe = Path.of("");

    @Option(
            names = "--space",
            required = true,
            arity = "1..*",
            paramLabel = "PLACE",
            description =
                    "What is varied: PATH=FROM..TO with :log (by ratios), :int (whole numbers) and :gradient=N (N values spread over the layers) behind it; or a YAML file of such places.")
    private List<String> places = new ArrayList<>();

    @Option(
            names = "--eval",
            required = true,
            arity = "1..*",
            paramLabel = "TARGET",
            description =
                    "What is made better: sts:FILE.tsv (Spearman's correlation) or mlm:FILE (loss of masked tokens), as sinter eval reads them; of several of a kind the mean, weighted by :WEIGHT behind the file.")
    private List<String> targets = new ArrayList<>();

    @Option(
            names = "--test",
            arity = "1..*",
            paramLabel = "TARGET",
            description = "Data that the search does not see, on which the best candidate is compared with the recipe.")
    private List<String> tests = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "DIR",
            description = "Where log.jsonl and best.yaml go.")
    private Path output = Path.of("");

    @Option(names = "--budget", paramLabel = "N", description = "Candidates in all (default: 50).")
    private @Nullable Integer budget;

    @Option(names = "--generations", paramLabel = "N", description = "Instead of --budget: so many populations.")
    private @Nullable Integer generations;

    @Option(
            names = "--population",
            paramLabel = "N",
            defaultValue = "0",
            description = "Candidates of a generation (default: 4 + 3 ln n of n numbers).")
    private int population;

    @Option(
            names = "--step",
            paramLabel = "S",
            defaultValue = "0.25",
            description =
                    "How far the first candidates are from the recipe, in parts of the ranges (default: ${DEFAULT-VALUE}).")
    private double step;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of the candidates, and of the masks of plain text (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--merge", description = "Merge the best recipe into DIR/model, too.")
    private boolean merge;

    @Mixin
    private EncoderOptions encoder = new EncoderOptions();

    @Mixin
    private HubOptions hub = new HubOptions();

    @Mixin
    private Printer printer = new Printer();

    @Override
    public Integer call() {
        RecipeText text = RecipeText.of(String.valueOf(recipe.getFileName()), YamlReader.text(recipe));
        Space space =
                Space.of(text, places.stream().flatMap(EvolveCommand::places).toList());
        SearchSettings settings = settings(space);
        OrtRuntime runtime = new OrtRuntime();
        Scorer.Running running = new Scorer.Running(runtime, encoder::of, encoder.logits(), seed);
        SessionOptions session = encoder.logits().execution().session();
        CandidateMerger merger = new CandidateMerger(
                recipe,
                hub.locations(),
                new Merger(runtime, session, Progress.NONE),
                new EnsembleMerger(runtime, session, Progress.NONE),
                new CheckpointMerger(Progress.NONE));
        Evolution evolution = new Evolution(
                space,
                merger,
                scorer(running, targets),
                tests.isEmpty() ? Optional.empty() : Optional.of(scorer(running, tests)));
        SearchReport report = evolution.run(
                output,
                settings,
                merge ? Evolution.Model.MERGED : Evolution.Model.NONE,
                new Lines(space, settings, printer.notes()));
        printer.print(report, out -> print(report, out));
        return ExitCode.OK.code();
    }

    private static Stream<SearchPlace> places(String option) {
        return option.contains("=") ? Stream.of(SearchPlace.parse(option)) : SearchPlace.read(Path.of(option)).stream();
    }

    private static Scorer scorer(Scorer.Running running, List<String> options) {
        return new Scorer(running, options.stream().map(Target::parse).toList());
    }

    private SearchSettings settings(Space space) {
        if (budget != null && generations != null) {
            throw new ParameterException(spec.commandLine(), "--generations: beside --budget; give one");
        }
        try {
            SearchSettings settings =
                    new SearchSettings(population, budget == null ? USUAL_BUDGET : budget, step, seed);
            return generations == null
                    ? settings
                    : new SearchSettings(
                            population,
                            generations
                                    * settings.population(space.coordinates().size()),
                            step,
                            seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    /** A line for each candidate, on standard error. */
    private record Lines(Space space, SearchSettings settings, PrintWriter out) implements Search.Watcher {
        @Override
        public void tried(Evaluation tried, Evaluation best) {
            String score = tried.score() == null ? "failed: " + tried.failure() : "%.4f".formatted(tried.score());
            out.printf(
                    "%4d of %d  %s  best %.4f (%d)  %s%n",
                    tried.number(),
                    settings.budget(),
                    score,
                    best.score(),
                    best.number(),
                    values(space.named(tried.values())));
            out.flush();
        }
    }

    private static String values(Map<String, Double> values) {
        return values.entrySet().stream()
                .map(e -> "%s %.5g".formatted(e.getKey(), e.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static void print(SearchReport report, PrintWriter out) {
        out.printf("%s, over %s%n", report.metric(), String.join(", ", report.targets()));
        out.printf("  the recipe    %.4f%n", report.baseline().score());
        out.printf(
                "  best          %.4f  candidate %d of %d%s%n",
                report.best().score(),
                report.best().number(),
                report.candidates(),
                report.failed() == 0 ? "" : ", of which %d failed".formatted(report.failed()));
        report.best().values().forEach((path, value) -> out.printf("    %-34s %s%n", path, value));
        for (SearchReport.Test test : report.test()) {
            out.printf(
                    "  test on %s: the recipe %.4f, best %.4f, difference %+.4f, 95 %% interval %+.4f to %+.4f%s%n",
                    test.target(),
                    test.baseline(),
                    test.best(),
                    test.difference(),
                    test.low(),
                    test.high(),
                    test.low() > 0 || test.high() < 0 ? "" : ": no difference can be seen");
        }
        SearchReport.Seconds seconds = report.seconds();
        if (seconds != null) {
            out.printf("  a candidate takes %.2f s to merge and %.2f s to score%n", seconds.merge(), seconds.score());
        }
        out.printf("  recipe in %s%s%n", report.recipe(), report.model() == null ? "" : ", model in " + report.model());
    }
}
