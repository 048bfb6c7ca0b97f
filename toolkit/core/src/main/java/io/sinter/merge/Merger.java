package io.sinter.merge;

import io.sinter.bake.Bake;
import io.sinter.bake.CombinedTable;
import io.sinter.optimize.GateSettings;
import io.sinter.optimize.GraphGate;
import io.sinter.output.Manifest;
import io.sinter.output.StagedDirectory;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.output.Stopwatch;
import io.sinter.progress.Progress;
import io.sinter.quality.SampleTexts;
import io.sinter.recipe.DimensionEntry;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.WidthMethod;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Carries out plans.
 *
 * @param runtime computes the combinations
 * @param options where
 * @param progress hears how far it is
 */
public record Merger(io.sinter.runtime.Runtime runtime, SessionOptions options, Progress progress) {

    /**
     * Merges into a directory, which appears whole or not at all.
     *
     * @throws io.sinter.error.SinterException if it cannot be done; nothing is left behind
     */
    public MergeReport merge(MergePlan plan, Path target, Existing existing) {
        StagedDirectory.check(target, existing);
        StagedDirectory.requireSpace(target, plan.costs().bytesWritten());
        Stopwatch watch = new Stopwatch();
        try (SourceDigests digests = new SourceDigests(plan.sources());
                StagedDirectory staged = StagedDirectory.create(target, existing)) {
            List<CompleteTable> tables = watch.time("align", () -> Completion.of(plan, progress));
            List<TensorData> aligned = tables.stream().map(CompleteTable::table).toList();
            Resolution.Resolved resolved = watch.time("parameters", () -> parameters(plan, aligned));
            MergedTable.Parts parts = MergedTable.Parts.of(plan, tables, resolved);
            TensorData table = watch.time("merge", () -> bake(plan, parts.combined()));
            CompletableFuture<List<MergeReport.Parent>> comparison =
                    CompletableFuture.supplyAsync(() -> TableComparison.of(plan, aligned, table));
            GateSettings held = new GateSettings(plan.recipe().output().gate(), SampleTexts.builtIn());
            ModelWriter writer =
                    new ModelWriter(plan, parts.with(table), new GraphGate(runtime, options, held), progress);
            Optional<Manifest.Optimization> optimization = watch.time("write", () -> writer.write(staged.path()));
            List<String> notes = new ArrayList<>(plan.notes());
            OutputDescription description = new OutputDescription(plan, table, target, optimization, notes);
            watch.time("hash", () -> description.write(staged.path(), digests, watch));
            List<MergeReport.Parent> parents = watch.time("compare", comparison::join);
            watch.time("commit", staged::commit);
            return new MergeReport(
                    target.toString(),
                    table.describe(),
                    plan.vocabulary().matches(),
                    resolved.fits(),
                    parents,
                    optimization.orElse(null),
                    StagedDirectory.files(target),
                    watch.milliseconds(),
                    notes);
        }
    }

    private Resolution.Resolved parameters(MergePlan plan, List<TensorData> aligned) {
        DimensionEntry dimension = plan.recipe().dimension();
        if (dimension == null || dimension.by() instanceof WidthMethod.ZeroPad) {
            return Resolution.of(plan, aligned);
        }
        long bytes = aligned.stream().mapToLong(t -> t.data().byteSize()).sum();
        try (Progress.Task task =
                progress.begin("fitting widths by " + dimension.by().method(), bytes)) {
            Resolution.Resolved fitted = Resolution.of(plan, aligned);
            task.advance(bytes);
            return fitted;
        }
    }

    /**
     * The merged table. Live merges need it too: for the report, and for output projections that are tied to it, which use
     * every row at once.
     */
    private TensorData bake(MergePlan plan, CombinedTable combined) {
        TensorData merged = TensorData.allocate(plan.dtype(), List.of(plan.rows(), plan.width()));
        long rowBytes = plan.dtype().byteSize(plan.width());
        try (Progress.Task task = progress.begin(
                plan.recipe().mode() == Recipe.Mode.BAKE ? "merging tables" : "computing the table for comparison",
                merged.data().byteSize())) {
            long[] done = {0};
            new Bake(runtime, options).into(combined, merged, rows -> {
                task.advance((rows - done[0]) * rowBytes);
                done[0] = rows;
            });
        }
        return merged;
    }
}
