package io.sinter.merge;

import io.sinter.bake.CombinedTable;
import io.sinter.bake.GrowingTable;
import io.sinter.bake.LiveCombination;
import io.sinter.progress.Progress;
import io.sinter.safetensors.TensorContent;
import io.sinter.tensor.TensorData;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What goes into the body.
 *
 * @param combined the tables, in the order of the result's tokens, and how they become one
 * @param live the same as a served graph looks it up
 * @param growing the merged table
 * @param progress hears how the waiting for it goes
 * @param heads the body's other tensors that have an entry a token, where its tokens change
 */
record MergedTable(
        CombinedTable combined,
        LiveCombination live,
        GrowingTable growing,
        Progress progress,
        Map<VocabularyTensor.Key, TensorData> heads) {

    private static final long STRETCH = 1L << 20;

    /** The merged table, waited for. */
    TensorData table() {
        long bytes = growing.unfinished().data().byteSize();
        try (Progress.Task task = progress.begin("merging tables", bytes)) {
            return growing.whole(task::advance);
        }
    }

    /** The merged table as the content of a file, which is written while it is made. */
    TensorContent content() {
        TensorData table = growing.unfinished();
        return new TensorContent(table.dtype(), table.shape(), sink -> {
            for (long from = 0; from < table.data().byteSize(); from += STRETCH) {
                MemorySegment bytes = table.data()
                        .asSlice(from, Math.min(STRETCH, table.data().byteSize() - from));
                growing.await(bytes);
                sink.write(bytes);
            }
        });
    }

    /** The parts of a merge before the table is computed. */
    record Parts(CombinedTable combined, LiveCombination live, Map<VocabularyTensor.Key, TensorData> heads) {

        /** Complete tables with a plan's combination. */
        static Parts of(MergePlan plan, List<CompleteTable> tables, Resolution.Resolved resolved) {
            Map<String, TensorData> parameters = resolved.parameters().tensors();
            Map<VocabularyTensor.Key, TensorData> heads = new LinkedHashMap<>();
            tables.forEach(table -> heads.putAll(table.heads()));
            return new Parts(
                    new CombinedTable(
                            plan.combination(),
                            parameters,
                            tables.stream().map(CompleteTable::table).toList()),
                    new LiveCombination(
                            plan.combination(),
                            parameters,
                            IntStream.range(0, tables.size())
                                    .mapToObj(i -> OtherTokens.lookup(
                                            plan, i, tables.get(i).lookup()))
                                    .toList()),
                    heads);
        }

        MergedTable with(GrowingTable table, Progress progress) {
            return new MergedTable(combined, live, table, progress, heads);
        }
    }
}
