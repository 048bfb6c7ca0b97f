package io.sinter.onnx.pass;

import java.util.List;

/**
 * What a pass did.
 *
 * @param changes one line for each change
 * @param refusals one line for each place where the pass might have changed something and did not, with the reason
 */
public record PassResult(List<String> changes, List<String> refusals) {

    /** Copies the lists. */
    public PassResult {
        changes = List.copyOf(changes);
        refusals = List.copyOf(refusals);
    }

    /** A pass that refused nothing. */
    public static PassResult of(List<String> changes) {
        return new PassResult(changes, List.of());
    }

    /** Whether the model is another now. */
    public boolean changed() {
        return !changes.isEmpty();
    }
}
