package io.sinter.cli;

import io.sinter.checkpoint.CheckpointReport;
import io.sinter.checkpoint.CheckpointSummary;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints merges of whole models. */
final class CheckpointLines {

    private static final int LISTED = 8;

    private CheckpointLines() {}

    /** A plan, under a title. */
    static void plan(CheckpointSummary summary, String title, PrintWriter out) {
        for (CheckpointSummary.Merge merge : summary.merges()) {
            out.println(title + (merge.name() == null ? "" : " of " + merge.name()));
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

    /** What a merge did, after what was done. */
    static void merged(CheckpointReport report, String done, PrintWriter out) {
        out.printf(
                "%s by %s: %d tensors, %,d parameters, %s, %s/s%n",
                done,
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
    }

    private static String line(CheckpointReport.Parent parent) {
        return "beside %-24s cosine %.4f, relative distance %.4f"
                .formatted(parent.name(), parent.cosine(), parent.distance());
    }
}
