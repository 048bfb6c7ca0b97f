package io.sinter.bake;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Combines where tables are looked up: one lookup a table, and the combination's nodes behind them. */
public final class Live {

    private Live() {}

    /**
     * Emits the lookups and the combination.
     *
     * @param ops where to
     * @param table what is looked up; a table that the graph holds as a constant already is not added again
     * @param ids row numbers, int32 or int64, of any known rank
     * @param to type of the result
     * @return {@code ids} with an axis of the combined width appended
     */
    public static Value lookup(Ops ops, CombinedTable table, Value ids, DType to) {
        List<Value> sources = table.tables().stream()
                .map(data -> Casts.as(ops, ops.gather(constant(ops, data), ids, 0), DType.FLOAT))
                .toList();
        Map<String, Value> parameters = new LinkedHashMap<>();
        table.parameters().forEach((name, tensor) -> parameters.put(name, ops.constant(name, tensor)));
        return Casts.as(ops, table.combination().emit(ops, sources, parameters), to);
    }

    /**
     * Puts the combination in place of a graph's lookup; everything that read the lookup's result reads the combination's,
     * in the same type. The old lookup stays, unread, for pruning.
     *
     * @param lookup the Gather over rows of the graph's table
     * @return the combined value
     */
    public static Value splice(Model model, Node lookup, CombinedTable table) {
        Graph graph = model.graph();
        Value old = lookup.output();
        Value ids = lookup.input(1);
        TensorType type = old.type();
        if (!lookup.is("Gather") || ids == null || type == null) {
            throw new IllegalArgumentException(lookup + ": expected a Gather of known type");
        }
        Ops ops = Ops.insertingBefore(graph, model.opset(), lookup).withPrefix("combine/");
        Value combined = lookup(ops, table, ids, type.dtype());
        graph.replaceUses(old, combined);
        for (int i = 0; i < graph.outputs().size(); i++) {
            if (graph.outputs().get(i) == old) {
                graph.setOutput(i, combined);
            }
        }
        return combined;
    }

    private static Value constant(Ops ops, TensorData data) {
        return ops.graph().initializers().stream()
                .filter(value -> data.equals(value.initializer()))
                .findFirst()
                .orElseGet(() -> ops.constant("table", data));
    }
}
