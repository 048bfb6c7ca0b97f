package io.sinter.merge;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.TiedProjection;
import io.sinter.source.TokenLookup;
import io.sinter.tensor.TensorData;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives the output heads of a body's graph other tokens: constants with an entry a token are replaced, and what is said of
 * the extents of what is computed with them.
 */
final class BodyHeads {

    private final Graph graph;
    private final long before;
    private final long after;

    private BodyHeads(Graph graph, long before, long after) {
        this.graph = graph;
        this.before = before;
        this.after = after;
    }

    /**
     * Rewrites a graph; nothing where the number of tokens stays and no head follows.
     *
     * @param tied projections that read the table
     * @param heads the new constants
     * @param after number of tokens
     */
    static void put(
            Graph graph,
            EmbeddingTable table,
            List<TiedProjection> tied,
            Map<VocabularyTensor.Key, TensorData> heads,
            long after) {
        BodyHeads rewrite = new BodyHeads(graph, table.rows(), after);
        List<Node> readers = rewrite.readers(table, tied);
        for (Map.Entry<VocabularyTensor.Key, TensorData> head : heads.entrySet()) {
            if (head.getKey() instanceof VocabularyTensor.Key.InGraph(String name)) {
                Value value = Objects.requireNonNull(graph.value(name), name);
                Substitution.setConstant(graph, value, head.getValue());
                value.uses().forEach(use -> readers.add(use.node()));
            }
        }
        if (rewrite.before != after) {
            rewrite.changeTypes(readers);
        }
    }

    /** Nodes that read the table other than to look tokens up. */
    private List<Node> readers(EmbeddingTable table, List<TiedProjection> tied) {
        Set<Node> lookups = table.lookups().stream().map(TokenLookup::node).collect(Collectors.toSet());
        List<Node> readers =
                new ArrayList<>(tied.stream().map(TiedProjection::node).toList());
        Set<Value> weights = tied.stream().map(TiedProjection::weight).collect(Collectors.toSet());
        for (Value weight : weights) {
            weight.uses().stream()
                    .map(Use::node)
                    .filter(node -> !lookups.contains(node))
                    .forEach(readers::add);
        }
        return readers;
    }

    /** Outputs get the new number of tokens; what is between is no longer said, as it can be inferred. */
    private void changeTypes(List<Node> readers) {
        Set<Node> seen = new HashSet<>(readers);
        Deque<Node> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            for (Value output : open.remove().outputs()) {
                if (output == null) {
                    continue;
                }
                output.setType(graph.isOutput(output) ? changed(output.type()) : null);
                output.uses().stream().map(Use::node).filter(seen::add).forEach(open::add);
            }
        }
    }

    private @Nullable TensorType changed(@Nullable TensorType type) {
        if (type == null || type.shape() == null || type.shape().rank() == 0) {
            return type;
        }
        List<Dim> dims = new ArrayList<>(type.shape().dims());
        if (dims.getLast() instanceof Dim.Known(long extent) && extent == before) {
            dims.set(dims.size() - 1, Dim.of(after));
        }
        return new TensorType(type.dtype(), new Shape(dims));
    }
}
