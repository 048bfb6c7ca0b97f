package io.sinter.cli;

import io.sinter.checkpoint.CheckpointMerger;
import io.sinter.checkpoint.CheckpointPlan;
import io.sinter.checkpoint.CheckpointReport;
import io.sinter.checkpoint.CheckpointSummary;
import io.sinter.merge.ModelLocation;
import io.sinter.mergekit.MergekitRecipe;
import java.nio.file.Path;

/** What {@code sinter merge} does with a recipe for whole models. */
record CheckpointMerge(MergekitRecipe recipe, ModelLocation locations, OutputOptions output, Printer printer) {

    /** Plans, and merges where there is to be an output. */
    ExitCode run() {
        CheckpointPlan plan = CheckpointPlan.of(recipe, locations);
        CheckpointSummary summary = CheckpointSummary.of(plan);
        if (output.target().isEmpty()) {
            printer.print(summary, out -> CheckpointLines.plan(summary, "plan", out));
            return ExitCode.OK;
        }
        Path target = output.target().get();
        if (!printer.isJson()) {
            CheckpointLines.plan(summary, "plan", printer.notes());
            printer.notes().flush();
        }
        CheckpointReport report =
                new CheckpointMerger(TerminalProgress.standard()).merge(plan, target, output.existing());
        printer.print(report, out -> {
            CheckpointLines.merged(report, "merged into " + report.output(), out);
            new OutputLines(report.files(), report.milliseconds(), report.notes()).print(out);
        });
        return ExitCode.OK;
    }
}
