package io.sinter.merge;

import io.sinter.bake.Bake;
import io.sinter.bake.GrowingTable;
import io.sinter.checkpoint.CheckpointReport;
import io.sinter.error.SinterException;
import io.sinter.optimize.GateSettings;
import io.sinter.optimize.GraphGate;
import io.sinter.output.Manifest;
import io.sinter.output.SourceStamps;
import io.sinter.output.StagedDirectory;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.output.Stopwatch;
import io.sinter.progress.Progress;
import io.sinter.quality.SampleTexts;
import io.sinter.recipe.DimensionEntry;
import io.sinter.recipe.WidthMethod;
import io.sinter.runtime.SessionOptions;
import io.sinter.tensor.ScratchMemory;
import io.sinter.tensor.TensorData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

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
        Stopwatch watch = new Stopwatch();
        SourceStamps stamps = SourceStamps.of(plan.files());
        try (SourceDigests digests = new SourceDigests(plan.sources());
                StagedDirectory staged = StagedDirectory.create(target, existing)) {
            StagedDirectory.requireSpace(target, plan.costs().diskBytes());
            Written written = ScratchMemory.during(
                    staged.path(),
                    ScratchMemory.NATIVE_BYTES,
                    () -> withBody(plan, new Output(staged.path(), target), digests, watch));
            stamps.requireUnchanged();
            watch.time("commit", staged::commit);
            return new MergeReport(
                    target.toString(),
                    written.body().orElse(null),
                    written.table(),
                    plan.vocabulary().matches(),
                    written.fits(),
                    written.parents(),
                    written.optimization().orElse(null),
                    StagedDirectory.files(target),
                    watch.milliseconds(),
                    written.notes());
        }
    }

    /** Where files are written, and where they will be. */
    private record Output(Path staged, Path target) {}

    /** What a merge did. */
    private record Written(
            Optional<CheckpointReport> body,
            String table,
            List<WidthFit> fits,
            List<MergeReport.Parent> parents,
            Optional<Manifest.Optimization> optimization,
            List<String> notes) {}

    private Written withBody(MergePlan plan, Output output, SourceDigests digests, Stopwatch watch) {
        Path folder = output.staged().resolve(".body");
        try (MergedBody body = watch.time("body", () -> MergedBody.of(plan, folder, progress))) {
            return write(body, output, digests, watch);
        }
    }

    private Written write(MergedBody body, Output output, SourceDigests digests, Stopwatch watch) {
        MergePlan plan = body.plan();
        List<CompleteTable> tables = watch.time("align", () -> Completion.of(plan, progress));
        List<TensorData> aligned = tables.stream().map(CompleteTable::table).toList();
        Resolution.Resolved resolved = watch.time("parameters", () -> parameters(plan, aligned));
        MergedTable.Parts parts = MergedTable.Parts.of(plan, tables, resolved);
        TensorData memory = TensorData.allocate(plan.dtype(), List.of(plan.rows(), plan.width()));
        try (GrowingTable growing = new Bake(runtime, options).start(parts.combined(), memory)) {
            CompletableFuture<List<MergeReport.Parent>> comparison =
                    CompletableFuture.supplyAsync(() -> compared(plan, aligned, growing));
            MergedTable merged = parts.with(growing, progress);
            GateSettings held = new GateSettings(plan.recipe().output().gate(), SampleTexts.builtIn());
            ModelWriter writer = new ModelWriter(plan, merged, new GraphGate(runtime, options, held), progress);
            Optional<Manifest.Optimization> optimization =
                    watch.time("merge and write", () -> writer.write(output.staged()));
            TensorData table = merged.table();
            List<String> notes = new ArrayList<>(plan.notes());
            body.report().ifPresent(report -> notes.addAll(report.notes()));
            if (Files.exists(output.staged().resolve(ModelWriter.GRAPH + ".data"))) {
                notes.add("weights are in %1$s.data beside %1$s, as one file of ONNX holds 2 GB: both belong together"
                        .formatted(ModelWriter.GRAPH));
            }
            OutputDescription description =
                    new OutputDescription(plan, body.report(), table, output.target(), optimization, notes);
            watch.time("hash", () -> description.write(output.staged(), digests, watch));
            return new Written(
                    body.report(),
                    table.describe(),
                    resolved.fits(),
                    watch.time("compare", () -> joined(comparison)),
                    optimization,
                    notes);
        }
    }

    private static List<MergeReport.Parent> compared(MergePlan plan, List<TensorData> aligned, GrowingTable growing) {
        FiniteRows.require(plan, aligned);
        return TableComparison.of(plan, aligned, growing.whole(bytes -> {}));
    }

    private static <T> T joined(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw SinterException.behind(e);
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
}
