package io.sinter.onnx.pass.fuse;

import io.sinter.onnx.ir.Node;
import io.sinter.onnx.ir.Shape;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.onnx.pass.fuse.Element.Coordinate;
import io.sinter.onnx.pass.fuse.Element.Number;
import io.sinter.onnx.pass.fuse.EmbeddingFusion.Lookup;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The terms of a sum of embeddings, by what they are.
 *
 * @param words those of the largest table
 * @param positions those whose index is the position, or else the next largest table
 * @param segments a third table, or null
 * @param everywhere a table of which one row is read for all tokens, or null
 */
record EmbeddingReading(
        Lookup words,
        Lookup positions,
        @Nullable Lookup segments,
        @Nullable Lookup everywhere) {

    /** Whether a norm is of a sum of rows of constant tables that nothing else reads. */
    static boolean isCandidate(Node norm) {
        Value sum = Objects.requireNonNull(norm.input(0));
        return sum.uses().size() == 1 && isSumOfRows(sum);
    }

    /** Whether all terms of a sum are rows of constant tables, of two at least. */
    static boolean isSumOfRows(Value sum) {
        List<Value> terms = new ArrayList<>();
        collect(sum, terms);
        return terms.stream().filter(t -> !isRow(t)).count() > 1
                && terms.stream().allMatch(EmbeddingReading::isEmbedding);
    }

    static EmbeddingReading of(Node norm) throws Unfit {
        List<Value> terms = new ArrayList<>();
        collect(Objects.requireNonNull(norm.input(0)), terms);
        List<Lookup> lookups = new ArrayList<>();
        for (Value term : terms) {
            lookups.add(lookup(term));
        }
        if (norm.input(2) == null) {
            throw new Unfit("the norm has no shift");
        }
        lookups.sort(Comparator.comparingLong((Lookup l) -> data(l).dim(0)).reversed());
        Lookup everywhere = take(lookups, l -> l.place() instanceof Number);
        Lookup positions = take(lookups, EmbeddingReading::counts);
        Lookup words = lookups.isEmpty() ? null : lookups.removeFirst();
        if (positions == null && !lookups.isEmpty()) {
            positions = lookups.removeFirst();
        }
        Lookup segments = lookups.isEmpty() ? null : lookups.removeFirst();
        if (words == null || positions == null || !lookups.isEmpty()) {
            throw new Unfit(
                    "%d tables are added, expected words, positions and at most token types".formatted(terms.size()));
        }
        requireRank2(words);
        if (segments != null) {
            requireRank2(segments);
        }
        return new EmbeddingReading(words, positions, segments, everywhere);
    }

    /** Whether positions are 0, 1, 2, …, so that the operator knows them. */
    boolean countsPositions() {
        return counts(positions) && offset() >= 0;
    }

    /** The positions' table from the first position on, with the row that is read everywhere added. */
    Value positionTable(Ops ops) {
        TensorData table = data(positions);
        long from = countsPositions() ? offset() : 0;
        if (from == 0 && everywhere == null) {
            return positions.table();
        }
        TensorData rows = table.rows(from, table.dim(0));
        return ops.constant(
                "position_table",
                everywhere == null
                        ? rows
                        : plus(rows, data(everywhere), (long)
                                ((Number) Objects.requireNonNull(everywhere.place())).value()));
    }

    private long offset() {
        return positions.place() instanceof Element.Apply(String opType, List<Element> operands)
                        && opType.equals("Add")
                        && operands.get(1) instanceof Number(double start)
                ? (long) start
                : 0;
    }

    private static boolean counts(Lookup lookup) {
        Shape shape = Rewrite.shape(lookup.indices());
        if (shape == null) {
            return false;
        }
        Element position = new Coordinate(shape.rank() - 1);
        return position.equals(lookup.place())
                || (lookup.place() instanceof Element.Apply(String opType, List<Element> operands)
                        && opType.equals("Add")
                        && operands.get(0).equals(position)
                        && operands.get(1) instanceof Number);
    }

    private static TensorData plus(TensorData rows, TensorData table, long row) {
        TensorData result = TensorData.allocate(DType.FLOAT, rows.shape());
        TensorData all = Conversion.convert(rows, DType.FLOAT);
        TensorData one = Conversion.convert(table.rows(row, row + 1), DType.FLOAT);
        for (long i = 0; i < all.elementCount(); i++) {
            float sum = all.data().getAtIndex(TensorData.F32, i)
                    + one.data().getAtIndex(TensorData.F32, i % one.elementCount());
            result.data().setAtIndex(TensorData.F32, i, sum);
        }
        return Conversion.convert(result, rows.dtype());
    }

    private static void collect(Value value, List<Value> terms) {
        Node node = value.producer();
        if (node != null && node.is("Add")) {
            collect(Objects.requireNonNull(node.input(0)), terms);
            collect(Objects.requireNonNull(node.input(1)), terms);
        } else {
            terms.add(value);
        }
    }

    private static boolean isEmbedding(Value term) {
        if (isRow(term)) {
            return true;
        }
        Node node = term.producer();
        if (node != null && node.is("DequantizeLinear")) {
            return isEmbedding(Objects.requireNonNull(node.input(0)));
        }
        Value table = node == null || !node.is("Gather") ? null : node.input(0);
        TensorData data = table == null ? null : table.constant();
        return data != null && data.rank() == 2;
    }

    /** Whether a term is one constant row for all tokens: a row of a table that was folded. */
    private static boolean isRow(Value term) {
        TensorData data = term.constant();
        return data != null && data.rank() > 0 && data.dim(data.rank() - 1) == data.elementCount();
    }

    private static Lookup lookup(Value term) throws Unfit {
        if (isRow(term)) {
            return new Lookup(term, term, Number.ZERO);
        }
        Node node = Objects.requireNonNull(term.producer());
        if (!node.is("Gather")) {
            throw new Unfit("a table is quantised: " + node);
        }
        Value indices = Objects.requireNonNull(node.input(1));
        if (node.intAttribute("axis", 0) != 0 || Rewrite.shape(indices) == null) {
            throw new Unfit("the shape of the indices of " + node + " is not known");
        }
        return new Lookup(Objects.requireNonNull(node.input(0)), indices, Elements.of(indices));
    }

    private static void requireRank2(Lookup lookup) throws Unfit {
        Shape shape = Rewrite.shape(lookup.indices());
        if (shape == null || shape.rank() != 2) {
            throw new Unfit("the indices \"%s\" have shape %s, expected [B, S]"
                    .formatted(lookup.indices().name(), shape));
        }
    }

    private static @Nullable Lookup take(List<Lookup> lookups, Predicate<Lookup> which) {
        for (Lookup lookup : lookups) {
            if (which.test(lookup)) {
                lookups.remove(lookup);
                return lookup;
            }
        }
        return null;
    }

    private static TensorData data(Lookup lookup) {
        TensorData data = Objects.requireNonNull(lookup.table().constant());
        return data.rank() == 2 ? data : data.reshape(List.of(1L, data.elementCount()));
    }
}
