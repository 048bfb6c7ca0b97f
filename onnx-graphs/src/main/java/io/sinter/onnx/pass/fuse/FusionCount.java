package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.pass.PassResult;
import java.util.List;

/**
 * What one fusion found in a graph, and what became of it.
 *
 * @param structure what it looks for
 * @param present how many the file had as one operator before
 * @param fused one line for each that is one operator now: the operator, and where
 * @param refusals those that stay as they were, with the reason
 */
public record FusionCount(Structure structure, int present, List<String> fused, List<Refusal> refusals) {

    /** Copies the lists. */
    public FusionCount {
        fused = List.copyOf(fused);
        refusals = List.copyOf(refusals);
    }

    /** How many there are. */
    public int found() {
        return present + fused.size() + refusals.size();
    }

    /** How many are one operator now. */
    public int done() {
        return present + fused.size();
    }

    /** The same as the lines of a pass. */
    PassResult asResult() {
        return new PassResult(fused, refusals.stream().map(Refusal::toString).toList());
    }

    /** For people: {@code 12 of 12 attentions}. */
    @Override
    public String toString() {
        return "%d of %d %s%s".formatted(done(), found(), structure.title(), found() == 1 ? "" : "s");
    }
}
