package io.sinter.bake;

import io.sinter.combine.Combination;
import io.sinter.error.IncompatibleException;
import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Shape;
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

    private static final List<String> MASKS = List.of("attention_mask", "input_mask");

    private Live() {}

    /**
     * Emits the lookups and the combination. Inputs for the tokens of other tokenizers are added to the graph, if they are
     * not there yet. A combination that needs context reads the graph's input {@code attention_mask} (or
     * {@code input_mask}), and ids {@code [batch, sequence]}.
     *
     * @param ops where to
     * @param combined what is looked up, and how it becomes one vector; a table that the graph holds as a constant already is not added again
     * @param ids tokens, int32 or int64, of any known rank; where other tokenizers are read, in the order of
     *     {@code [batch, sequence]}
     * @param to type of the result
     * @return {@code ids} with an axis of the combined width appended
     * @throws IncompatibleException if the combination needs context, and the graph has no mask or flattens its ids
     */
    public static Value lookup(Ops ops, LiveCombination combined, Value ids, DType to) {
        List<Value> sources = combined.tables().stream()
                .map(table -> vectors(ops, table, ids))
                .toList();
        Map<String, Value> parameters = new LinkedHashMap<>();
        combined.parameters().forEach((name, tensor) -> parameters.put(name, ops.constant(name, tensor)));
        Combination combination = combined.combination();
        Value vectors = combination.needsContext()
                ? combination.emit(ops, sources, mask(ops, combination, ids), parameters)
                : combination.emit(ops, sources, parameters);
        return Casts.as(ops, vectors, to);
    }

    private static Value mask(Ops ops, Combination combination, Value ids) {
        TensorType type = ids.type();
        if (type == null || type.shape() == null || type.shape().rank() != 2) {
            throw new IncompatibleException(
                    "combine: %s reads whole texts, but the body's graph looks up %s, expected ids [batch, sequence]; use a row-wise method, such as dynamic-meta-embedding"
                            .formatted(combination.combiner().method(), ids));
        }
        Value mask = MASKS.stream()
                .map(ops.graph()::value)
                .filter(value -> value != null && ops.graph().inputs().contains(value))
                .findFirst()
                .orElseThrow(() -> new IncompatibleException(
                        "combine: %s reads whole texts and needs their mask, but the body's graph has no input attention_mask: its inputs are %s; use a row-wise method, such as dynamic-meta-embedding"
                                .formatted(
                                        combination.combiner().method(),
                                        ops.graph().inputs())));
        return Casts.as(ops, mask, DType.INT64);
    }

    private static Value vectors(Ops ops, LookupTable table, Value ids) {
        return switch (table.tokens()) {
            case TokenRows.Same same -> rows(ops, table, ids);
            case TokenRows.Mapped mapped -> rows(ops, table, ops.gather(constant(ops, "ids", mapped.ids()), ids, 0));
            case TokenRows.Beside beside -> {
                Value others = input(ops.graph(), beside.ids(), dim(ids, 0, "batch"), dim(ids, 1, "sequence"));
                yield like(ops, ids, rows(ops, table, others), table.width());
            }
            case TokenRows.Covering covering -> {
                Dim batch = dim(ids, 0, "batch");
                Value others = input(ops.graph(), covering.ids(), batch, Dim.of(covering.ids() + "_sequence"));
                Value spans = input(ops.graph(), covering.spans(), batch, dim(ids, 1, "sequence"), Dim.of(2));
                yield like(ops, ids, SpanMeans.emit(ops, rows(ops, table, others), spans), table.width());
            }
        };
    }

    private static Value rows(Ops ops, LookupTable table, Value ids) {
        return Casts.as(ops, ops.gather(constant(ops, "table", table.rows()), ids, 0), DType.FLOAT);
    }

    private static Value input(Graph graph, String name, Dim... extents) {
        Value known = graph.value(name);
        return known == null ? graph.addInput(name, new TensorType(DType.INT64, Shape.of(extents))) : known;
    }

    /** An extent of a matrix of ids, or one that is called so. */
    private static Dim dim(Value ids, int axis, String name) {
        TensorType type = ids.type();
        Shape shape = type == null ? null : type.shape();
        return shape == null || shape.rank() != 2 || shape.dim(axis) instanceof Dim.Unknown
                ? Dim.of(name)
                : shape.dim(axis);
    }

    /** Vectors {@code [batch, sequence, d]} in the shape of the ids, which some graphs flatten. */
    private static Value like(Ops ops, Value ids, Value vectors, long width) {
        TensorType type = ids.type();
        Shape shape = type == null ? null : type.shape();
        if (shape != null && shape.rank() == 2) {
            return vectors;
        }
        Value extents = ops.concat(0, List.of(ops.shape(ids), ops.constant(TensorData.vector(width))));
        return ops.reshape(vectors, extents);
    }

    private static Value constant(Ops ops, String name, TensorData data) {
        return ops.graph().initializers().stream()
                .filter(value -> data.equals(value.initializer()))
                .findFirst()
                .orElseGet(() -> ops.constant(name, data));
    }
}
