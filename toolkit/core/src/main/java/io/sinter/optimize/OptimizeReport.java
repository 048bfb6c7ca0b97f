package io.sinter.optimize;

import io.sinter.onnx.pass.fuse.FusionCount;
import io.sinter.output.Manifest;
import io.sinter.quality.QualityReport;
import java.util.List;
import java.util.Locale;

/**
 * What was done to a graph.
 *
 * @param options what was asked for
 * @param before the graph as it came
 * @param after the graph as it is
 * @param fusions what was fused and what was not
 * @param converted one line for each node or weight that has fewer bits now
 * @param kept one line for each that might have, and has not, with the reason
 */
public record OptimizeReport(
        OptimizeOptions options,
        GraphSize before,
        GraphSize after,
        List<FusionCount> fusions,
        List<String> converted,
        List<String> kept) {

    /** Copies the lists. */
    public OptimizeReport {
        fusions = List.copyOf(fusions);
        converted = List.copyOf(converted);
        kept = List.copyOf(kept);
    }

    /** The same for {@code sinter.json}, with what the gate measured. */
    public Manifest.Optimization toManifest(QualityReport quality) {
        return new Manifest.Optimization(
                options.target().name().toLowerCase(Locale.ROOT),
                options.dtype().label(),
                options.embedding().map(e -> e.name().toLowerCase(Locale.ROOT)).orElse(null),
                options.skip().globs(),
                fusions.stream()
                        .filter(count -> count.found() > 0)
                        .map(FusionCount::toString)
                        .toList(),
                quality);
    }
}
