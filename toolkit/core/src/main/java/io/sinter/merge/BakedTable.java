package io.sinter.merge;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.StoredTable;
import io.sinter.source.TiedProjection;
import io.sinter.source.TokenLookup;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tensor.Transposition;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts a merged table in the place of a graph's own. Projections that are tied to the table follow it. The rest of the
 * graph stays as it is, types included: where the merged table has another element type, looked-up rows are cast back.
 */
final class BakedTable {

    private final Graph graph;
    private final long opset;
    private final TensorData merged;

    private BakedTable(Graph graph, long opset, TensorData merged) {
        this.graph = graph;
        this.opset = opset;
        this.merged = merged;
    }

    /**
     * Rewrites a graph.
     *
     * @param merged {@code [V', d]} of floating-point numbers
     */
    static void put(Graph graph, long opset, EmbeddingTable table, List<TiedProjection> tied, TensorData merged) {
        BakedTable rewrite = new BakedTable(graph, opset, merged);
        switch (table.stored()) {
            case StoredTable.Plain plain -> rewrite.replacePlain(plain, table);
            case StoredTable.Quantized quantized -> rewrite.replaceQuantized(table);
        }
        rewrite.replaceCopies(tied);
    }

    /**
     * Rewrites only the projections that are tied to the table, in a graph that looks nothing up in it any more.
     *
     * @param merged {@code [V', d]} of floating-point numbers
     */
    static void putInHeads(
            Graph graph, long opset, EmbeddingTable table, List<TiedProjection> tied, TensorData merged) {
        BakedTable rewrite = new BakedTable(graph, opset, merged);
        if (table.stored() instanceof StoredTable.Plain plain && tied.stream().anyMatch(TiedProjection::sharesWeight)) {
            rewrite.replacePlain(plain, table);
        }
        rewrite.replaceCopies(tied);
    }

    private void replaceCopies(List<TiedProjection> tied) {
        tied.stream().filter(projection -> !projection.sharesWeight()).forEach(this::replaceCopy);
    }

    private void replacePlain(StoredTable.Plain plain, EmbeddingTable table) {
        Value weight = plain.weight();
        DType before = plain.elements().dtype();
        Substitution.setConstant(graph, weight, merged);
        if (merged.dtype() == before) {
            return;
        }
        Set<Node> lookups = table.lookups().stream()
                .filter(l -> l.vectors().isPresent() && l.table() == weight)
                .map(TokenLookup::node)
                .collect(Collectors.toSet());
        for (Use use : weight.uses()) {
            if (lookups.contains(use.node())) {
                castAfter(use.node(), merged.dtype(), before);
            } else {
                castBefore(weight, use, before);
            }
        }
    }

    private void replaceQuantized(EmbeddingTable table) {
        Value weight =
                graph.addInitializer(graph.uniqueName(table.stored().weight().name() + "_merged"), merged);
        for (TokenLookup lookup : table.lookups()) {
            if (lookup.vectors().isPresent()) {
                Value vectors = lookup.vectors().get();
                Ops ops = Ops.insertingBefore(graph, opset, lookup.node());
                Value found = ops.gather(weight, lookup.ids(), 0);
                TensorType type = vectors.type();
                DType wanted = type == null ? DType.FLOAT : type.dtype();
                Substitution.replace(graph, vectors, wanted == merged.dtype() ? found : ops.cast(found, wanted));
            } else {
                lookup.node().setInput(lookup.tableInput(), weight);
            }
        }
    }

    private void replaceCopy(TiedProjection projection) {
        TensorData laidOut = switch (projection.layout()) {
            case AS_TABLE -> merged;
            case TRANSPOSED -> Transposition.of(merged);
        };
        TensorType type = projection.weight().type();
        DType before = type == null ? merged.dtype() : type.dtype();
        Substitution.setConstant(graph, projection.weight(), laidOut);
        if (before != merged.dtype()) {
            for (Use use : projection.weight().uses()) {
                castBefore(projection.weight(), use, before);
            }
        }
    }

    private void castAfter(Node lookup, DType now, DType wanted) {
        Value value = lookup.output();
        TensorType type = value.type();
        value.setType(type == null ? null : new TensorType(now, type.shape()));
        int next = graph.indexOf(lookup) + 1;
        Ops ops = next < graph.nodes().size()
                ? Ops.insertingBefore(graph, opset, graph.nodes().get(next))
                : new Ops(graph, opset);
        Substitution.replace(graph, value, ops.cast(value, wanted));
    }

    private void castBefore(Value weight, Use use, DType wanted) {
        Value cast = Ops.insertingBefore(graph, opset, use.node()).cast(weight, wanted);
        use.node().setInput(use.index(), cast);
    }
}
