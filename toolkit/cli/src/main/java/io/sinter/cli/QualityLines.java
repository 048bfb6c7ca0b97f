package io.sinter.cli;

import io.sinter.quality.OutputQuality;
import io.sinter.quality.QualityReport;
import java.io.PrintWriter;
import java.util.Locale;

/** A reduced model beside the full one, for people. */
final class QualityLines {

    private QualityLines() {}

    /** Prints what both were run on, and a line for each output. */
    static void print(QualityReport quality, PrintWriter out) {
        out.printf("  compared   with the full model, on %s%n", quality.samples());
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
