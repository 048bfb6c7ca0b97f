package io.sinter.onnx.pass.fuse;

import java.util.List;

/**
 * What was fused in a graph and what was not.
 *
 * @param target what the graph is for now
 * @param nodesBefore nodes of the main graph as it came
 * @param nodesAfter nodes of the main graph now
 * @param counts one for each structure that the target has a fusion for, in the order of the pipeline
 */
public record FusionReport(Target target, int nodesBefore, int nodesAfter, List<FusionCount> counts) {

    /** Copies the list. */
    public FusionReport {
        counts = List.copyOf(counts);
    }

    /** The count of one structure; empty where the target has no fusion for it. */
    public FusionCount of(Structure structure) {
        return counts.stream()
                .filter(count -> count.structure() == structure)
                .findFirst()
                .orElse(new FusionCount(structure, 0, List.of(), List.of()));
    }
}
