package io.sinter.bake;

import io.sinter.onnx.ir.Dim;
import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.TensorType;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.op.Opsets;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Combines whole tables ahead of time: streams their rows in chunks through one session of the combination's graph. Neither
 * the tables nor the result, which is written in place, have to fit in memory.
 *
 * <p>A combination that {@linkplain io.sinter.combine.Combination#needsContext needs context} has no table. What is made of
 * it here are its vectors for texts of one token, which heads and comparisons of a live merge take.
 *
 * @param runtime runs the graph
 * @param options how
 */
public record Bake(Runtime runtime, SessionOptions options) {

    /**
     * Bytes of float32 rows, sources and result together, that one chunk holds. Averaging two 30522 × 384 tables takes
     * 10 ms at 4 to 12 MB, 14 to 18 ms at 1 to 2 MB (a run has its price) and at 16 MB and more (the cache is left).
     */
    static final long CHUNK_BYTES = 8 << 20;

    private static final long IR_VERSION = 8;
    private static final String OUTPUT = "combined";

    /** Combines into new native memory. */
    public TensorData table(CombinedTable table, DType dtype) {
        TensorData target = TensorData.allocate(dtype, List.of(table.rows(), table.width()));
        into(table, target, rows -> {});
        return target;
    }

    /** Starts to combine into given memory, as {@link #into} does, in a thread of its own. */
    public GrowingTable start(CombinedTable table, TensorData target) {
        requireTarget(table, target);
        return GrowingTable.start(this, table, target);
    }

    /**
     * Combines into given memory, native or mapped for speed.
     *
     * @param target {@code [V, width]} of float32, float16, bfloat16 or float64
     * @param progress told the number of rows done, after each chunk
     * @throws IllegalArgumentException if the target has another shape or type
     */
    public void into(CombinedTable table, TensorData target, LongConsumer progress) {
        requireTarget(table, target);
        if (table.rows() == 0) {
            return;
        }
        try (Session session = runtime.open(graph(table, target.dtype()), options)) {
            Chunks chunks = new Chunks(table.tables(), chunkRows(table));
            for (long from = 0; from < table.rows(); from += chunks.rows()) {
                long to = Math.min(from + chunks.rows(), table.rows());
                session.runInto(chunks.of(from, to), Map.of(OUTPUT, target.rows(from, to)));
                progress.accept(to);
            }
        }
    }

    /** The combination of rows as a graph: sources in their own types, parameters as constants, the result in {@code to}. */
    private static Model graph(CombinedTable table, DType to) {
        Graph graph = new Graph("bake");
        Ops ops = new Ops(graph, Opsets.EMITTED);
        List<Value> sources = new ArrayList<>();
        for (TensorData source : table.tables()) {
            Shape shape = Shape.of(Dim.of("rows"), Dim.of(source.dim(1)));
            String name = Chunks.name(sources.size());
            sources.add(Casts.as(ops, graph.addInput(name, new TensorType(source.dtype(), shape)), DType.FLOAT));
        }
        Map<String, Value> parameters = new LinkedHashMap<>();
        table.parameters().forEach((name, tensor) -> parameters.put(name, ops.constant(name, tensor)));
        Value combined = table.combination().needsContext()
                ? ofSingleTokens(ops, table, sources, parameters)
                : table.combination().emit(ops, sources, parameters);
        Value result = Casts.as(ops, combined.producer() == null ? ops.identity(combined) : combined, to);
        graph.rename(result, OUTPUT);
        graph.addOutput(result);
        Model model = new Model(graph, IR_VERSION);
        model.setOpset("", Opsets.EMITTED);
        return model;
    }

    /** Each row as a text of its own. */
    private static Value ofSingleTokens(
            Ops ops, CombinedTable table, List<Value> sources, Map<String, Value> parameters) {
        Value rows = ops.gather(ops.shape(sources.getFirst()), ops.constant(TensorData.vector(0L)), 0);
        Value one = ops.constant(TensorData.vector(1L));
        Value mask = ops.expand(one, ops.concat(0, List.of(rows, one)));
        List<Value> texts = sources.stream().map(x -> ops.unsqueeze(x, 1)).toList();
        return ops.squeeze(table.combination().emit(ops, texts, mask, parameters), 1);
    }

    private static long chunkRows(CombinedTable table) {
        long floatsPerRow = table.widths().stream().mapToLong(Long::longValue).sum() + table.width();
        return Math.clamp(CHUNK_BYTES / (floatsPerRow * Float.BYTES), 1, table.rows());
    }

    private static void requireTarget(CombinedTable table, TensorData target) {
        if (!CombinedTable.isCombinable(target.dtype())
                || !target.shape().equals(List.of(table.rows(), table.width()))) {
            throw new IllegalArgumentException("target %s: expected FLOAT, FLOAT16, BFLOAT16 or DOUBLE [%d, %d]"
                    .formatted(target.describe(), table.rows(), table.width()));
        }
    }
}
