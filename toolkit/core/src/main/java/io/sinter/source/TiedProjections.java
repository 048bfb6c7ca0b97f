package io.sinter.source;

import io.sinter.onnx.ir.Graph;
import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Use;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the output projections that are tied to an embedding table: a matrix product whose weight is the table's
 * initializer, directly or through Transpose, Identity or Cast; or another constant of the same type whose elements equal
 * the table's or its transpose's bit for bit (exporters fold the transpose, and write two copies).
 *
 * <p>A head that was quantised on its own has other bits than the table and is not found.
 */
public final class TiedProjections {

    private static final Set<String> PASSING = Set.of("Identity", "Cast", "Transpose");

    private final EmbeddingTable table;
    private final List<TiedProjection> found = new ArrayList<>();

    private TiedProjections(EmbeddingTable table) {
        this.table = table;
    }

    /** The projections of a graph that are tied to its table, in no particular order; empty for a bare encoder. */
    public static List<TiedProjection> find(Graph graph, EmbeddingTable table) {
        TiedProjections search = new TiedProjections(table);
        Value own = table.stored().weight();
        search.follow(own, TiedProjection.Layout.AS_TABLE);
        Optional<TensorData> elements = Constants.elements(own);
        for (Value value : graph.values()) {
            Optional<TensorData> other = value == own ? Optional.empty() : Constants.elements(value);
            if (other.isPresent() && elements.isPresent()) {
                copyLayout(elements.get(), other.get()).ifPresent(layout -> search.follow(value, layout));
            }
        }
        return search.found;
    }

    /** Adds the products that read a weight, however often it is transposed or cast on the way. */
    private void follow(Value weight, TiedProjection.Layout layout) {
        Deque<Value> open = new ArrayDeque<>(List.of(weight));
        while (!open.isEmpty()) {
            for (Use use : open.remove().uses()) {
                Node node = use.node();
                if (node.domain().isEmpty() && PASSING.contains(node.opType())) {
                    open.add(node.output());
                } else if (isProduct(node) && use.index() < 2) {
                    found.add(new TiedProjection(
                            node, use.index(), weight, layout, table.stored().weight()));
                }
            }
        }
    }

    private static boolean isProduct(Node node) {
        return node.is("MatMul")
                || node.is("Gemm")
                || (node.domain().equals("com.microsoft") && node.opType().equals("FusedMatMul"));
    }

    /** How {@code other} repeats {@code table}'s elements, if it does. */
    private static Optional<TiedProjection.Layout> copyLayout(TensorData table, TensorData other) {
        if (table.dtype() != other.dtype() || other.rank() != 2 || table.elementCount() == 0) {
            return Optional.empty();
        }
        if (table.contentEquals(other)) {
            return Optional.of(TiedProjection.Layout.AS_TABLE);
        }
        return table.dim(0) == other.dim(1) && table.dim(1) == other.dim(0) && isTransposed(table, other)
                ? Optional.of(TiedProjection.Layout.TRANSPOSED)
                : Optional.empty();
    }

    private static boolean isTransposed(TensorData table, TensorData other) {
        if (table.dtype().bits() < 8) {
            return false;
        }
        long rows = table.dim(0);
        long columns = table.dim(1);
        int size = table.dtype().bits() / 8;
        MemorySegment a = table.data();
        MemorySegment b = other.data();
        for (long r = 0; r < rows; r++) {
            for (long c = 0; c < columns; c++) {
                long i = (r * columns + c) * size;
                long j = (c * rows + r) * size;
                if (MemorySegment.mismatch(a, i, i + size, b, j, j + size) != -1) {
                    return false;
                }
            }
        }
        return true;
    }
}
