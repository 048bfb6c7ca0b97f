package io.sinter.merge;

import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;

/** Compares a merged table with those that it was made of, on rows of its own picked evenly from the whole. */
final class TableComparison {

    /** Enough rows for a mean cosine to within about 0.002; all of a smaller table. */
    static final int SAMPLE = 4096;

    private TableComparison() {}

    /** One comparison a source, in order. */
    static List<MergeReport.Parent> of(MergePlan plan, List<TensorData> aligned, TensorData merged) {
        long[] picked = picked(merged.dim(0));
        double mergedNorm = mean(picked, t -> Rows.norms(row(merged, t))[0]);
        List<MergeReport.Parent> parents = new ArrayList<>();
        for (int i = 0; i < aligned.size(); i++) {
            PlannedSource source = plan.sources().get(i);
            TensorData table = aligned.get(i);
            long[] own = LongStream.of(picked)
                    .filter(t -> source.rows().row((int) t) != SourceRows.LACKING)
                    .toArray();
            OptionalDouble cosine = table.dim(1) == merged.dim(1)
                    ? OptionalDouble.of(mean(own, t -> Rows.cosine(row(merged, t), row(table, t))[0]))
                    : OptionalDouble.empty();
            double norm = mean(own, t -> Rows.norms(row(table, t))[0]);
            parents.add(new MergeReport.Parent(source.name(), cosine, norm, mergedNorm));
        }
        return parents;
    }

    private static long[] picked(long rows) {
        long count = Math.min(rows, SAMPLE);
        return LongStream.range(0, count).map(i -> i * rows / count).toArray();
    }

    private static TensorData row(TensorData table, long index) {
        return table.rows(index, index + 1);
    }

    /** Mean of a number that each row has; 0 of none. */
    private static double mean(long[] rows, LongToDoubleFunction number) {
        return LongStream.of(rows).mapToDouble(number).average().orElse(0);
    }
}
