package io.sinter.encoder;

import io.sinter.encoder.BuildOptions.Tower;
import io.sinter.error.UnsupportedException;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.pass.Prune;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** One tower of a graph that reads texts and pictures. */
public final class TowerGraph {

    private TowerGraph() {}

    /** Whether a graph with these inputs reads texts and pictures. */
    public static boolean isMixed(Collection<String> inputs) {
        return inputs.stream().anyMatch(TowerGraph::isPictures)
                && !inputs.stream().allMatch(TowerGraph::isPictures);
    }

    /**
     * Takes out of a graph the outputs that depend on inputs of the other tower, and all that only they need; inputs, too,
     * as whoever runs a graph must feed them all.
     *
     * @param tower which to keep; nothing changes for both
     * @param where the model, for messages
     * @throws UnsupportedException if every output depends on an input of the other tower
     */
    public static void keep(Model model, Tower tower, String where) {
        if (tower == Tower.BOTH) {
            return;
        }
        Graph graph = model.graph();
        List<Value> foreign = graph.inputs().stream()
                .filter(input -> !input.isInitializer())
                .filter(input -> isPictures(input.name()) != (tower == Tower.IMAGE))
                .toList();
        Map<Value, Boolean> reads = new HashMap<>();
        foreign.forEach(input -> reads.put(input, true));
        graph.nodes().forEach(node -> {
            boolean any = readsAny(node, reads);
            node.outputs().stream().filter(Objects::nonNull).forEach(output -> reads.put(output, any));
        });
        List<Value> left = graph.outputs().stream()
                .filter(output -> !reads.getOrDefault(output, false))
                .toList();
        if (left.isEmpty()) {
            throw new UnsupportedException("%s: every output depends on %s; it has no tower for %s by itself"
                    .formatted(
                            where,
                            new TreeSet<>(foreign.stream().map(Value::name).toList()),
                            tower.label()));
        }
        for (Value output : List.copyOf(graph.outputs())) {
            if (!left.contains(output)) {
                graph.removeOutput(output);
            }
        }
        new Prune().run(model);
        foreign.forEach(graph::removeValue);
    }

    private static boolean isPictures(String input) {
        return ImageInput.named(input).isPresent();
    }

    private static boolean readsAny(Node node, Map<Value, Boolean> reads) {
        return node.inputs().stream().anyMatch(input -> input != null && reads.getOrDefault(input, false))
                || node.subgraphs().stream()
                        .flatMap(subgraph -> subgraph.nodes().stream())
                        .anyMatch(inner -> readsAny(inner, reads));
    }
}
