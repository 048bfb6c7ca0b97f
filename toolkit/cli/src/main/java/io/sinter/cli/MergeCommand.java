package io.sinter.cli;

import io.sinter.checkpoint.CheckpointReport;
import io.sinter.checkpoint.CheckpointSummary;
import io.sinter.error.RecipeException;
import io.sinter.error.SinterException;
import io.sinter.merge.CompactRecipe;
import io.sinter.merge.MergePlan;
import io.sinter.merge.MergePlanner;
import io.sinter.merge.MergeReport;
import io.sinter.merge.Merger;
import io.sinter.merge.PlanSummary;
import io.sinter.mergekit.MergekitReader;
import io.sinter.mergekit.MergekitRecipe;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.RecipeReader;
import io.sinter.recipe.TrainEntry;
import io.sinter.recipe.YamlReader;
import io.sinter.runtime.OrtRuntime;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sinter merge}. */
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        description = {
            "Merges models into one output directory, which appears whole or not at all.",
            "",
            "Give a recipe, or the models themselves: then their tables are averaged in the body of the first one, with"
                    + " what is needed where tokenizers or widths differ, and the recipe that was chosen is printed."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sinter merge samples/recipes/average.yaml --dry-run",
            "  sinter merge samples/recipes/average.yaml -o merged",
            "  sinter merge samples/models/bert-mini-fiction samples/models/roberta-mini -o merged",
            "",
            "A recipe:",
            "  models:",
            "    - {name: bge, model: models/bge-small-en-v1.5, pooling: cls}",
            "    - {name: e5, model: models/e5-small-v2, pooling: mean, prompt: \"query: \"}",
            "  body: bge",
            "  combine: {method: weighted-sum, weights: [0.7, 0.3]}",
            "",
            "Recipes of mergekit (merge_method: ...) merge all weights of models of one architecture."
        })
final class MergeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "1..*",
            paramLabel = "RECIPE or MODEL",
            description = "A YAML file; or two models or more: directories, .onnx files, hf:ORG/NAME, cache:NAME.")
    private List<String> inputs = List.of();

    @Option(
            names = "--min-coverage",
            paramLabel = "SHARE",
            description =
                    "With models: share of the body's tokens that each other model must have (default: 0.2); a recipe says it itself.")
    private @Nullable Double minCoverage;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Mixin
    private RunOptions run = new RunOptions();

    @Mixin
    private HubOptions hub = new HubOptions();

    @Mixin
    private Printer printer = new Printer();

    @Override
    public Integer call() {
        Optional<Path> target = output.target();
        if (isFile() && MergekitReader.recognizes(YamlReader.text(Path.of(inputs.getFirst())))) {
            requireNoCoverage("vocabularies of whole models are not measured; see tokenizer_source");
            MergekitRecipe weights = MergekitReader.read(Path.of(inputs.getFirst()));
            requireNoTraining(weights.train());
            return new CheckpointMerge(weights, hub.locations(), output, printer)
                    .run()
                    .code();
        }
        @Nullable
        CompletableFuture<OrtRuntime> runtime =
                target.isEmpty() ? null : CompletableFuture.supplyAsync(OrtRuntime::new);
        Recipe recipe = recipe();
        requireNoTraining(recipe.train());
        if (recipe.combinesEncoders()) {
            Supplier<OrtRuntime> ready = () -> runtime == null ? new OrtRuntime() : loaded(runtime);
            return new EncoderMerge(hub.locations(), output, ready, run.session(), printer)
                    .of(recipe)
                    .code();
        }
        MergePlan plan = MergePlanner.plan(output.externalData() ? recipe.withExternalData() : recipe, hub.locations());
        PlanSummary summary = PlanSummary.of(plan);
        if (target.isEmpty() || runtime == null) {
            printer.print(summary, out -> print(summary, out));
            return ExitCode.OK.code();
        }
        if (!printer.isJson()) {
            print(summary, printer.notes());
            printer.notes().flush();
        }
        Merger merger = new Merger(loaded(runtime), run.session(), TerminalProgress.standard());
        MergeReport report = merger.merge(plan, target.get(), output.existing());
        printer.print(report, out -> print(report, out));
        return ExitCode.OK.code();
    }

    /** ONNX Runtime, which loads while the merge is planned. */
    private static OrtRuntime loaded(CompletableFuture<OrtRuntime> runtime) {
        try {
            return runtime.join();
        } catch (CompletionException e) {
            throw SinterException.behind(e);
        }
    }

    private boolean isFile() {
        return inputs.size() == 1 && inputs.getFirst().matches("(?i).*\\.(ya?ml|json)");
    }

    private void requireNoTraining(@Nullable TrainEntry train) {
        if (train != null) {
            throw new RecipeException(
                    "%s: has a train: section: use sinter train, which merges first; or remove the section to merge alone"
                            .formatted(inputs.getFirst()));
        }
    }

    private void requireNoCoverage(String why) {
        if (minCoverage != null) {
            throw new ParameterException(spec.commandLine(), "--min-coverage: " + why);
        }
    }

    private Recipe recipe() {
        if (isFile()) {
            requireNoCoverage("a recipe says it itself: vocabulary: {min_coverage: SHARE}");
            return RecipeReader.read(Path.of(inputs.getFirst()));
        }
        Recipe recipe = CompactRecipe.of(
                inputs,
                Path.of("").toAbsolutePath(),
                minCoverage == null ? OptionalDouble.empty() : OptionalDouble.of(minCoverage),
                hub.locations());
        if (!printer.isJson()) {
            printer.notes().println("recipe");
            recipe.text().lines().forEach(line -> printer.notes().println("  " + line));
        }
        return recipe;
    }

    private static void print(PlanSummary plan, PrintWriter out) {
        out.println("plan");
        for (PlanSummary.Source source : plan.sources()) {
            out.printf("  %-12s %-24s %s%n", source.name(), source.table(), source.location());
        }
        CheckpointSummary body = plan.bodyMerge();
        if (body != null) {
            CheckpointLines.plan(body, "body", out);
            out.println("merged table");
        } else {
            out.printf("  body         %s%n", plan.body());
        }
        out.printf("  combine      %s, %s%n", plan.method(), plan.mode());
        out.printf("  result       %s%n", plan.result());
        out.printf(
                "  reads %s, writes about %s, peak memory about %s besides the mapped files%n",
                Sizes.format(plan.bytesRead()), Sizes.format(plan.bytesWritten()), Sizes.format(plan.peakMemory()));
        plan.notes().forEach(note -> out.println("  note: " + note));
    }

    private static void print(MergeReport report, PrintWriter out) {
        CheckpointReport body = report.body();
        if (body != null) {
            CheckpointLines.merged(body, "body merged", out);
        }
        out.printf("merged into %s: %s%n", report.output(), report.table());
        report.fits().forEach(fit -> out.println("  fitted " + fit.describe()));
        for (MergeReport.Parent parent : report.parents()) {
            String cosine = parent.meanRowCosine().isPresent()
                    ? "mean row cosine %.4f".formatted(parent.meanRowCosine().getAsDouble())
                    : "rows of another width";
            out.printf(
                    "  beside %-12s %s, mean length of a row %.4f (merged %.4f)%n",
                    parent.name(), cosine, parent.meanNorm(), parent.mergedMeanNorm());
        }
        QualityLines.print(report.optimization(), "the full model", out);
        new OutputLines(report.files(), report.milliseconds(), report.notes()).print(out);
    }
}
