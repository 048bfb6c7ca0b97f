package io.sinter.merge;

import io.sinter.bake.CombinedTable;
import io.sinter.bake.LiveCombination;
import io.sinter.tensor.TensorData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What goes into the body.
 *
 * @param combined the tables, in the order of the result's tokens, and how they become one
 * @param live the same as a served graph looks it up
 * @param table the merged table
 * @param heads the body's other tensors that have an entry a token, where its tokens change
 */
record MergedTable(
        CombinedTable combined, LiveCombination live, TensorData table, Map<VocabularyTensor.Key, TensorData> heads) {

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

        MergedTable with(TensorData table) {
            return new MergedTable(combined, live, table, heads);
        }
    }
}
