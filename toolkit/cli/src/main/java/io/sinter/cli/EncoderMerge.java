package io.sinter.cli;

import io.sinter.ensemble.EnsembleMerger;
import io.sinter.ensemble.EnsemblePlan;
import io.sinter.ensemble.EnsemblePlanner;
import io.sinter.ensemble.EnsembleReport;
import io.sinter.ensemble.EnsembleSummary;
import io.sinter.merge.ModelLocation;
import io.sinter.probe.ProbeReport;
import io.sinter.recipe.Recipe;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.InputSet;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * What {@code sinter merge} does with a recipe that combines the vectors of encoders.
 *
 * @param runtime is asked for when something is to be run
 */
record EncoderMerge(
        ModelLocation locations,
        OutputOptions output,
        Supplier<OrtRuntime> runtime,
        SessionOptions session,
        Printer printer) {

    /** Plans, and merges where there is to be an output. */
    ExitCode of(Recipe recipe) {
        EnsemblePlan plan = EnsemblePlanner.plan(output.externalData() ? recipe.withExternalData() : recipe, locations);
        EnsembleSummary summary = EnsembleSummary.of(plan);
        if (output.target().isEmpty()) {
            printer.print(summary, out -> print(summary, out));
            return ExitCode.OK;
        }
        Path target = output.target().get();
        if (!printer.isJson()) {
            print(summary, printer.notes());
            printer.notes().flush();
        }
        EnsembleMerger merger = new EnsembleMerger(runtime.get(), session, TerminalProgress.standard());
        EnsembleReport report = merger.merge(plan, target, output.existing());
        printer.print(report, out -> print(report, out));
        return ExitCode.OK;
    }

    private static void print(EnsembleSummary plan, PrintWriter out) {
        out.println("plan");
        for (EnsembleSummary.Encoder encoder : plan.encoders()) {
            out.printf(
                    "  %-12s %d wide (%s), reads %s, %s%n",
                    encoder.name(),
                    encoder.width(),
                    encoder.vectors(),
                    String.join(", ", encoder.inputs()),
                    encoder.location());
        }
        for (InputSet set : plan.sets()) {
            out.printf(
                    "  inputs       %s: tokens of %s%s, at most %d%n",
                    String.join(", ", set.inputs().values()),
                    set.tokenizer(),
                    set.prompt().isEmpty() ? "" : ", \"%s\" and the text".formatted(set.prompt()),
                    set.maxTokens());
        }
        out.printf("  combine      %s, level %s%n", plan.method(), plan.level());
        out.printf("  result       %s%n", plan.result());
        out.printf(
                "  reads %s, writes at most about %s%n",
                Sizes.format(plan.bytesRead()), Sizes.format(plan.bytesWritten()));
        plan.notes().forEach(note -> out.println("  note: " + note));
    }

    private static void print(EnsembleReport report, PrintWriter out) {
        out.printf(
                "merged into %s: level %s, by %s, %d wide%n",
                report.output(), report.level(), report.method(), report.width());
        out.printf(
                "  beside the encoders one by one: mean cosine %.6f, differences up to %.1e of the largest component (%d texts)%n",
                report.agreement().meanCosine(),
                report.agreement().largestDifference(),
                report.agreement().texts());
        ProbeReport classifier = report.classifier();
        if (classifier != null) {
            ProbeLines.print(classifier, out);
        }
        report.fits().forEach(fit -> out.println("  fitted " + fit.describe()));
        if (report.sharedBytes() > 0) {
            out.printf(
                    "  %s of constants that encoders have in common are stored once%n",
                    Sizes.format(report.sharedBytes()));
        }
        QualityLines.print(report.optimization(), "the full graph", out);
        new OutputLines(report.files(), report.milliseconds(), report.notes()).print(out);
    }
}
