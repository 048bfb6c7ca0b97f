package io.sinter.cli;

import io.sinter.quality.OutputQuality;
import io.sinter.quality.QualityReport;
import java.io.PrintWriter;
import java.util.Locale;

/** A reduced model beside the full one, for people. */
final class QualityLines {

    private QualityLines() {}

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
