package io.sinter.merge;

import io.sinter.bake.Live;
import io.sinter.bake.LiveCombination;
import io.sinter.bake.LookupTable;
import io.sinter.bake.TokenRows;
import io.sinter.error.IncompatibleException;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.TokenLookup;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.List;
import java.util.Map;

/**
 * Puts a combination in the place of a graph's lookups: tokens are looked up in every table, and the combination of what
 * was found goes on. The old lookups stay, unread, for pruning.
 */
final class LiveTable {

    private LiveTable() {}

    /** Rewrites the lookups of a model at an opset that {@link Ops} emits. */
    static void splice(Model model, EmbeddingTable table, LiveCombination combined) {
        Graph graph = model.graph();
        requireFree(graph, combined);
        for (TokenLookup lookup : table.lookups()) {
            Ops ops = Ops.insertingBefore(graph, model.opset(), lookup.node()).withPrefix("sinter/combine/");
            if (lookup.vectors().isPresent()) {
                Value old = lookup.vectors().get();
                Substitution.replace(graph, old, Live.lookup(ops, combined, lookup.ids(), dtype(old, DType.FLOAT)));
            } else {
                feedFused(ops, lookup, combined);
            }
        }
    }

    /** Inputs that are added must not be there already. */
    private static void requireFree(Graph graph, LiveCombination combined) {
        for (LookupTable table : combined.tables()) {
            List<String> names = switch (table.tokens()) {
                case TokenRows.Same same -> List.of();
                case TokenRows.Mapped mapped -> List.of();
                case TokenRows.Beside beside -> List.of(beside.ids());
                case TokenRows.Covering covering -> List.of(covering.ids(), covering.spans());
            };
            names.stream().filter(name -> graph.value(name) != null).findFirst().ifPresent(taken -> {
                throw new IncompatibleException(
                        "the body's graph has a value \"%s\" already; give the other model another name"
                                .formatted(taken));
            });
        }
    }

    /** A fused node looks ids up itself: it gets the combined vectors as its table and their positions as its ids. */
    private static void feedFused(Ops ops, TokenLookup lookup, LiveCombination combined) {
        Value vectors = Live.lookup(ops, combined, lookup.ids(), dtype(lookup.table(), DType.FLOAT));
        Value table = ops.reshape(vectors, -1, combined.width());
        Value zero = ops.constant(TensorData.scalar(0L));
        Value count = ops.gather(ops.shape(table), zero, 0);
        Value positions = ops.apply("Range", List.of(zero, count, ops.constant(TensorData.scalar(1L))), Map.of());
        DType ids = dtype(lookup.ids(), DType.INT32);
        Value typed = ids == DType.INT64 ? positions : ops.cast(positions, ids);
        Value like = ops.reshape(typed, ops.shape(lookup.ids()));
        lookup.node().setInput(lookup.idsInput(), like);
        lookup.node().setInput(lookup.tableInput(), table);
    }

    private static DType dtype(Value value, DType otherwise) {
        TensorType type = value.type();
        return type == null ? otherwise : type.dtype();
    }
}
