package io.sinter.merge;

import io.sinter.tensor.Rows;
import io.sinter.tensor.ScratchMemory;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;

/** Compares a merged table with those that it was made of, on rows of its own picked evenly from the whole. */
final class TableComparison {

    /** Enough rows for a mean cosine to within about 0.002; all of a smaller table. */
    static final int SAMPLE = 4096;

    private TableComparison() {}

    /** One comparison a source, in order. */
    static List<MergeReport.Parent> of(MergePlan plan, List<TensorData> aligned, TensorData merged) {
        return ScratchMemory.duringCheck(() -> compare(plan, aligned, merged));
    }

    private static List<MergeReport.Parent> compare(MergePlan plan, List<TensorData> aligned, TensorData merged) {
        long[] picked = picked(merged.dim(0));
        TensorData sample = Rows.gather(merged, picked);
        double mergedNorm = mean(Rows.norms(sample));
        List<MergeReport.Parent> parents = new ArrayList<>();
        for (int i = 0; i < aligned.size(); i++) {
            PlannedSource source = plan.sources().get(i);
            long[] own = LongStream.of(picked)
                    .filter(t -> source.rows().row((int) t) != SourceRows.LACKING)
                    .toArray();
            TensorData rows = Rows.gather(aligned.get(i), own);
            OptionalDouble cosine = rows.dim(1) == merged.dim(1)
                    ? OptionalDouble.of(mean(Rows.cosine(Rows.gather(merged, own), rows)))
                    : OptionalDouble.empty();
            parents.add(new MergeReport.Parent(source.name(), cosine, mean(Rows.norms(rows)), mergedNorm));
        }
        return parents;
    }

    private static long[] picked(long rows) {
        long count = Math.min(rows, SAMPLE);
        return LongStream.range(0, count).map(i -> i * rows / count).toArray();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }
}
