package io.sinter.cli;

import io.sinter.checkpoint.CheckpointMerger;
import io.sinter.checkpoint.CheckpointPlan;
import io.sinter.checkpoint.CheckpointReport;
import io.sinter.checkpoint.CheckpointSummary;
import io.sinter.merge.ModelLocation;
import io.sinter.mergekit.MergekitRecipe;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code sinter merge} does with a recipe for whole models. */
record CheckpointMerge(MergekitRecipe recipe, ModelLocation locations, OutputOptions output, Printer printer) {

    private static final int LISTED = 8;

    /** Plans, and merges where there is to be an output. */
    ExitCode run() {
        CheckpointPlan plan = CheckpointPlan.of(recipe, locations);
        CheckpointSummary summary = CheckpointSummary.of(plan);
        if (output.target().isEmpty()) {
            printer.print(summary, out -> print(summary, out));
            return ExitCode.OK;
        }
        Path target = output.target().get();
        if (!printer.isJson()) {
            print(summary, printer.notes());
            printer.notes().flush();
        }
        CheckpointReport report =
                new CheckpointMerger(TerminalProgress.standard()).merge(plan, target, output.existing());
        printer.print(report, out -> print(report, out));
        return ExitCode.OK;
    }

    private static void print(CheckpointSummary summary, PrintWriter out) {
        for (CheckpointSummary.Merge merge : summary.merges()) {
            out.println("plan" + (merge.name() == null ? "" : " of " + merge.name()));
            for (CheckpointSummary.Model model : merge.models()) {
                String role = model.name().equals(merge.base()) ? " (base)" : "";
                out.printf("  %-24s %s%s%n", model.name(), model.location(), role);
            }
            out.printf(
                    "  %s: %,d parameters, %s, %d tensors merged%s%n",
                    merge.method(),
                    merge.parameters(),
                    merge.dtype(),
                    merge.tensors(),
                    merge.layers() == null ? "" : ", %d layers".formatted(merge.layers()));
            if (!merge.copied().isEmpty()) {
                out.println("  taken as they are: " + shortened(merge.copied()));
            }
            merge.notes().forEach(note -> out.println("  note: " + note));
        }
        out.printf(
                "  reads %s, writes %s of tensors%n",
                Sizes.format(summary.bytesRead()), Sizes.format(summary.bytesWritten()));
    }

    private static String shortened(List<String> names) {
        String first = names.stream().limit(LISTED).collect(Collectors.joining(", "));
        return names.size() > LISTED ? "%s and %d more".formatted(first, names.size() - LISTED) : first;
    }

    private static void print(CheckpointReport report, PrintWriter out) {
        out.printf(
                "merged into %s by %s: %d tensors, %,d parameters, %s, %s/s%n",
                report.output(),
                report.method(),
                report.tensors(),
                report.parameters(),
                report.dtype(),
                Sizes.format(report.bytesPerSecond()));
        report.models().forEach(parent -> out.println("  all layers           " + line(parent)));
        for (Map.Entry<String, List<CheckpointReport.Parent>> layer :
                report.layers().entrySet()) {
            for (CheckpointReport.Parent parent : layer.getValue()) {
                out.printf("  %-20s %s%n", layer.getKey(), line(parent));
            }
        }
        new OutputLines(report.files(), report.milliseconds(), report.notes()).print(out);
    }

    private static String line(CheckpointReport.Parent parent) {
        return "beside %-24s cosine %.4f, relative distance %.4f"
                .formatted(parent.name(), parent.cosine(), parent.distance());
    }
}
