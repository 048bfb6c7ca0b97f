package io.sinter.onnx.check;

/**
 * Something that is wrong with a graph.
 *
 * @param graph the graph, function or model that it is in
 * @param what the invariant that does not hold, with the names involved
 */
public record Finding(String graph, String what) {
    @Override
    public String toString() {
        return graph + ": " + what;
    }
}
