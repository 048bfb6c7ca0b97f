package io.sinter.merge;

import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** Compares a merged table with those that it was made of. */
final class TableComparison {

    private TableComparison() {}

    /** One comparison a source, in order. */
    static List<MergeReport.Parent> of(MergePlan plan, List<TensorData> aligned, TensorData merged) {
        double mergedNorm = mean(Rows.norms(merged));
        List<MergeReport.Parent> parents = new ArrayList<>();
        for (int i = 0; i < aligned.size(); i++) {
            TensorData table = aligned.get(i);
            OptionalDouble cosine = table.dim(1) == merged.dim(1)
                    ? OptionalDouble.of(mean(Rows.cosine(merged, table)))
                    : OptionalDouble.empty();
            parents.add(
                    new MergeReport.Parent(plan.sources().get(i).name(), cosine, mean(Rows.norms(table)), mergedNorm));
        }
        return parents;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }
}
