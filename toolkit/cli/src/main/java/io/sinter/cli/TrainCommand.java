package io.sinter.cli;

import io.sinter.finetune.recipe.RecipeTraining;
import io.sinter.finetune.recipe.TrainingPlan;
import io.sinter.finetune.recipe.TrainingRecipe;
import io.sinter.finetune.recipe.TrainingReport;
import io.sinter.finetune.recipe.TrainingWatcher;
import io.sinter.output.Manifest;
import io.sinter.runtime.OrtRuntime;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sinter train}. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Merges as a recipe says, trains what was merged, and writes it into a directory, which appears whole or not at"
                    + " all.",
            "",
            "The recipe's train: section says what is learned. While it trains, DIR.training holds the merge, checkpoints and"
                    + " metrics; a training that was interrupted goes on from there by --resume."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sinter train samples/recipes/train-fiction.yaml --dry-run",
            "  sinter train samples/recipes/train-fiction.yaml -o trained",
            "",
            "A recipe:",
            "  model: samples/models/bert-mini              (or a merge: models:, combine:, …)",
            "  train:",
            "    objective: masked_language_model",
            "    data: samples/data/fiction.txt",
            "    steps: 1000",
            "    optimizer: {method: adamw, rate: 1e-4}",
            "    schedule: {decay: linear, warmup: 50}"
        })
final class TrainCommand implements Callable<Integer> {

    @Parameters(paramLabel = "RECIPE", description = "A YAML file with a train: section.")
    private Path recipe = Path.of("");

    @Option(names = "--resume", description = "Go on with the training in DIR.training, where it was interrupted.")
    private boolean resume;

    @Mixin
    private TargetOptions output = new TargetOptions();

    @Mixin
    private RunOptions run = new RunOptions();

    @Mixin
    private HubOptions hub = new HubOptions();

    @Mixin
    private Printer printer = new Printer();

    @Override
    public Integer call() {
        Optional<Path> target = output.target();
        TrainingRecipe read = TrainingRecipe.read(recipe);
        RecipeTraining training =
                new RecipeTraining(new OrtRuntime(), run.session(), hub.locations(), TerminalProgress.standard());
        if (target.isEmpty()) {
            TrainingPlan plan = training.plan(read);
            printer.print(plan, out -> print(plan, out));
            return ExitCode.OK.code();
        }
        TrainingWatcher watcher = new TrainingLine(printer.notes(), plan -> {
            if (!printer.isJson()) {
                print(plan, printer.notes());
                printer.notes().flush();
            }
        });
        TrainingReport report = training.train(
                read,
                target.get(),
                output.existing(),
                resume ? RecipeTraining.Mode.RESUME : RecipeTraining.Mode.NEW,
                watcher);
        printer.print(report, out -> print(report, out));
        return ExitCode.OK.code();
    }

    private static void print(TrainingPlan plan, PrintWriter out) {
        out.println("plan");
        out.printf("  trains       %s, as a %s%n", plan.start(), plan.form());
        out.printf("  objective    %s%n", plan.objective());
        plan.data().forEach(data -> out.printf("  data         %s%n", data));
        if (plan.dev() != null) {
            out.printf("  measured on  %s%n", plan.dev());
        }
        out.printf(
                "  weights      %s: %,d of %,d numbers, in %d tensors%n",
                plan.selection(), plan.trained(), plan.parameters(), plan.tensors());
        out.printf(
                "  steps        %,d of %s%d, %.3g epochs%n",
                plan.steps(), plan.accumulate() == 1 ? "" : plan.accumulate() + " × ", plan.batch(), plan.epochs());
        out.printf("  optimizer    %s%n", plan.settings());
        out.printf(
                "  memory       %s of weights and optimizer, and the values of a step%n", Sizes.format(plan.memory()));
    }

    private static void print(TrainingReport report, PrintWriter out) {
        Manifest.Training training = report.training();
        out.printf(
                "trained into %s: %s, %,d steps%s%n",
                report.output(),
                training.objective(),
                training.steps(),
                training.stoppedEarly() ? ", stopped early" : "");
        out.printf(
                "  loss         %.4f in the first tenth of the steps, %.4f in the last%n",
                training.loss().first(), training.loss().last());
        Manifest.Dev dev = training.dev();
        if (dev != null) {
            out.printf(
                    "  %-12s %.4f on held-out data before, %.4f after step %,d%n",
                    dev.metric(), dev.before(), dev.after(), dev.step());
        }
        new OutputLines(report.files(), report.milliseconds(), report.notes()).print(out);
    }
}
