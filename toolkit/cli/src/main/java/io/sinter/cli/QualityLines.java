package io.sinter.cli;

import io.sinter.output.Manifest;
import io.sinter.quality.OutputQuality;
import io.sinter.quality.QualityReport;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A reduced model beside the full one, for people. */
final class QualityLines {

    private QualityLines() {}

    /**
     * Prints what a graph was made to fit, and how it lies beside the full one; nothing if it is as it was merged.
     *
     * @param full what the other model is called
     */
    static void print(Manifest.@Nullable Optimization optimization, String full, PrintWriter out) {
        if (optimization == null) {
            return;
        }
        out.printf(
                "  optimised for %s in %s: %s%n",
                optimization.target(), optimization.dtype(), String.join(", ", optimization.fused()));
        QualityReport quality = optimization.quality();
        if (quality != null) {
            print(quality, full, out);
        }
    }

    /**
     * Prints what both were run on, and a line for each output.
     *
     * @param full what the other model is called
     */
    static void print(QualityReport quality, String full, PrintWriter out) {
        out.printf("  compared   with %s, on %s%n", full, quality.samples());
        for (OutputQuality output : quality.outputs()) {
            out.printf(
                    Locale.ROOT,
                    "  %-10s %s: mean cosine %.6f, least %.6f, largest difference %.2g (%d vectors)%n",
                    "",
                    output.output(),
                    output.meanCosine(),
                    output.leastCosine(),
                    output.largestDifference(),
                    output.vectors());
        }
    }
}
