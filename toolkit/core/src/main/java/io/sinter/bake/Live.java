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

    private static Value constant(Ops ops, TensorData data) {
        return ops.graph().initializers().stream()
                .filter(value -> data.equals(value.initializer()))
                .findFirst()
                .orElseGet(() -> ops.constant("table", data));
    }
}
