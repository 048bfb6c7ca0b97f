package io.sinter.cli;

import io.sinter.probe.ProbeReport;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a classifier was fitted, for people. */
final class ProbeLines {

    private ProbeLines() {}

    static void print(ProbeReport fit, PrintWriter out) {
        out.println("  rows       "
                + fit.counts().entrySet().stream()
                        .map(e -> String.format(Locale.ROOT, "%s %,d", e.getKey(), e.getValue()))
                        .collect(Collectors.joining(", ")));
        for (ProbeReport.Tried tried : fit.strengths()) {
            Double accuracy = tried.accuracy();
            Double deviation = tried.deviation();
            if (accuracy != null && deviation != null) {
                out.printf(
                        Locale.ROOT,
                        "  C = %-6s accuracy %.4f in %d-fold cross-validation (folds ± %.4f)%s%n",
                        number(tried.strength()),
                        accuracy,
                        fit.folds(),
                        deviation,
                        tried.strength() == fit.strength() ? ", taken" : "");
            }
        }
        out.printf(
                Locale.ROOT,
                "  C = %-6s accuracy %.4f on the rows themselves; %s after %d iterations, gradient %.1e%n",
                number(fit.strength()),
                fit.trainAccuracy(),
                fit.converged() ? "converged" : "not converged",
                fit.iterations(),
                fit.gradient());
    }

    private static String number(double strength) {
        return strength == Math.rint(strength) && strength < 1e9
                ? String.valueOf((long) strength)
                : String.valueOf(strength);
    }
}
