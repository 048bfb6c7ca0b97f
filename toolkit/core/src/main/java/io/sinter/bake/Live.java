package io.sinter.bake;

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
     * @param combined what is looked up, and how it becomes one vector; a table that the graph holds as a constant already is not added again
     * @param ids tokens, int32 or int64, of any known rank
     * @param to type of the result
     * @return {@code ids} with an axis of the combined width appended
     */
    public static Value lookup(Ops ops, LiveCombination combined, Value ids, DType to) {
        List<Value> sources = combined.tables().stream()
                .map(table -> Casts.as(
                        ops, ops.gather(constant(ops, "table", table.rows()), rows(ops, table, ids), 0), DType.FLOAT))
                .toList();
        Map<String, Value> parameters = new LinkedHashMap<>();
        combined.parameters().forEach((name, tensor) -> parameters.put(name, ops.constant(name, tensor)));
        return Casts.as(ops, combined.combination().emit(ops, sources, parameters), to);
    }

    /** The rows of tokens: the tokens themselves, or what the table of ids says of them. */
    private static Value rows(Ops ops, LookupTable table, Value ids) {
        return table.ids()
                .map(map -> ops.gather(constant(ops, "ids", map), ids, 0))
                .orElse(ids);
    }

    private static Value constant(Ops ops, String name, TensorData data) {
        return ops.graph().initializers().stream()
                .filter(value -> data.equals(value.initializer()))
                .findFirst()
                .orElseGet(() -> ops.constant(name, data));
    }
}
