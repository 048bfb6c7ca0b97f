package io.sinter.merge;

import io.sinter.bake.LookupTable;
import io.sinter.bake.TokenRows;
import io.sinter.linalg.Matrix;
import io.sinter.progress.Progress;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import io.sinter.tensor.Transposition;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings the sources' tables to the tokens of the result: rows are put in its order, and those that a source lacks are
 * made. Output heads of the body get entries for the same tokens, with the same coefficients.
 */
final class Completion {

    private final MergePlan plan;
    private final MissingTokens missing;

    private Completion(MergePlan plan, Progress progress) {
        this.plan = plan;
        this.missing = new MissingTokens(plan, progress);
    }

    /** The tables, in the sources' order. */
    static List<CompleteTable> of(MergePlan plan, Progress progress) {
        Completion completion = new Completion(plan, progress);
        List<CompleteTable> tables = new ArrayList<>();
        for (PlannedSource source : plan.sources()) {
            tables.add(completion.table(source));
        }
        return tables;
    }

    /** A tensor with a row a token: as a graph looks it up, and in the order of the result. */
    private record Part(TensorData extended, TensorData ordered) {}

    private CompleteTable table(PlannedSource source) {
        List<VocabularyTensor> heads = VocabularyTensor.of(plan.body(), source);
        List<TensorData> own = new ArrayList<>(List.of(source.table().data()));
        heads.forEach(head -> own.add(byToken(head)));
        List<Part> parts = parts(source, own);
        Map<VocabularyTensor.Key, TensorData> follow = new LinkedHashMap<>();
        for (int i = 0; i < heads.size(); i++) {
            follow.put(
                    heads.get(i).key(),
                    likeBefore(heads.get(i), parts.get(i + 1).ordered()));
        }
        Part table = parts.getFirst();
        LookupTable lookup = source.rows().areInOrder()
                ? LookupTable.of(table.ordered())
                : new LookupTable(
                        table.extended(),
                        new TokenRows.Mapped(
                                source.rows().withFilled(source.table().rows())));
        return new CompleteTable(table.ordered(), lookup, follow);
    }

    private List<Part> parts(PlannedSource source, List<TensorData> own) {
        SourceRows rows = source.rows();
        if (rows.areInOrder()) {
            return own.stream()
                    .map(part -> part.dim(0) == rows.count() ? part : part.rows(0, rows.count()))
                    .map(part -> new Part(part, part))
                    .toList();
        }
        List<TensorData> extended = rows.areComplete() ? own : extended(source, own);
        long[] ids = rows.withFilled(own.getFirst().dim(0)).toLongArray();
        return extended.stream()
                .map(part -> new Part(part, Rows.gather(part, ids)))
                .toList();
    }

    /** Each part with rows for the tokens that the source lacks behind its own. */
    private List<TensorData> extended(PlannedSource source, List<TensorData> own) {
        Matrix all = sideBySide(own);
        Matrix made = plan.reads(source) || own.size() > 1
                ? missing.rows(source, all)
                : Matrix.allocate(source.rows().lacking().length, all.columns());
        List<TensorData> extended = new ArrayList<>();
        int column = 0;
        for (TensorData part : own) {
            int next = column + Math.toIntExact(part.dim(1));
            Matrix columns = made.columns(column, next);
            extended.add(joined(part, Conversion.convert(columns.toTensor(), part.dtype())));
            column = next;
        }
        return extended;
    }

    private static Matrix sideBySide(List<TensorData> parts) {
        List<Matrix> matrices = parts.stream().map(Matrix::copyOf).toList();
        if (matrices.size() == 1) {
            return matrices.getFirst();
        }
        int rows = matrices.getFirst().rows();
        Matrix all = Matrix.allocate(
                rows, matrices.stream().mapToInt(Matrix::columns).sum());
        for (int row = 0; row < rows; row++) {
            long at = 0;
            for (Matrix part : matrices) {
                MemorySegment values = part.row(row);
                MemorySegment.copy(values, 0, all.row(row), at, values.byteSize());
                at += values.byteSize();
            }
        }
        return all;
    }

    private static TensorData joined(TensorData first, TensorData second) {
        TensorData all = TensorData.allocate(first.dtype(), List.of(first.dim(0) + second.dim(0), first.dim(1)));
        MemorySegment.copy(first.data(), 0, all.data(), 0, first.data().byteSize());
        MemorySegment.copy(
                second.data(),
                0,
                all.data(),
                first.data().byteSize(),
                second.data().byteSize());
        return all;
    }

    /** A head's tensor as {@code [V, x]}. */
    private static TensorData byToken(VocabularyTensor head) {
        TensorData data = head.data();
        long rows = data.dim(head.axis());
        return data.rank() == 2 && head.axis() == 1 && data.dim(0) > 1
                ? Transposition.of(data)
                : data.reshape(List.of(rows, data.elementCount() / rows));
    }

    /** What {@link #byToken} made, with other tokens, laid out as before. */
    private static TensorData likeBefore(VocabularyTensor head, TensorData byToken) {
        TensorData before = head.data();
        if (before.rank() == 2 && head.axis() == 1 && before.dim(0) > 1) {
            return Transposition.of(byToken);
        }
        List<Long> shape = new ArrayList<>(before.shape());
        shape.set(head.axis(), byToken.dim(0));
        return byToken.reshape(shape);
    }
}
