package io.sinter.optimize;

import io.sinter.onnx.pass.fuse.FusionCount;
import java.util.List;

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
}
