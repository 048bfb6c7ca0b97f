package io.sinter.checkpoint;

import io.sinter.output.SourceStamps;
import io.sinter.output.StagedDirectory;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.output.Stopwatch;
import io.sinter.progress.Progress;
import io.sinter.runtime.OrtRuntime;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.safetensors.TensorContent;
import io.sinter.safetensors.WriteOptions;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Carries out plans: streams the tensors, then writes what stands beside them.
 *
 * @param progress hears how far it is
 */
public record CheckpointMerger(Progress progress) {

    private static final String WEIGHTS = "model.safetensors";

    /**
     * Merges into a directory, which appears whole or not at all.
     *
     * @throws io.sinter.error.SinterException if it cannot be done; nothing is left behind
     */
    public CheckpointReport merge(CheckpointPlan plan, Path target, Existing existing) {
        StagedDirectory.check(target, existing);
        StagedDirectory.requireSpace(target, plan.bytesWritten());
        Stopwatch watch = new Stopwatch();
        SourceStamps stamps = SourceStamps.of(plan.files());
        try (StagedDirectory staged = StagedDirectory.create(target, existing)) {
            List<String> notes = new ArrayList<>();
            Map<String, Map<String, Likeness>> likeness = weights(plan, staged.path(), watch, notes);
            CheckpointReport report = report(plan, target, likeness, watch, notes);
            CheckpointDescription description = new CheckpointDescription(plan, target, report, notes);
            description.write(staged.path(), watch);
            stamps.requireUnchanged();
            watch.time("commit", staged::commit);
            return report.finished(StagedDirectory.files(target), watch.milliseconds(), notes);
        }
    }

    /**
     * Merges into a folder that is there, for a program that goes on with the model: weights (of graphs, the graph with its
     * weights) and what is read beside them; no graph of a checkpoint, model card or manifest.
     *
     * @throws io.sinter.error.SinterException if it cannot be done
     */
    public CheckpointReport mergeModel(CheckpointPlan plan, Path folder) {
        Stopwatch watch = new Stopwatch();
        List<String> notes = new ArrayList<>();
        Map<String, Map<String, Likeness>> likeness = weights(plan, folder, watch, notes);
        CheckpointDescription.writeCompanions(plan, folder, notes);
        plan.result()
                .reference()
                .graph()
                .ifPresent(graph -> watch.time("graph", () -> CheckpointGraph.writeMerged(graph, folder)));
        return report(plan, folder, likeness, watch, notes)
                .finished(StagedDirectory.files(folder), watch.milliseconds(), notes);
    }

    /** The weights of the last merge, after those of the merges that it takes. */
    private Map<String, Map<String, Likeness>> weights(
            CheckpointPlan plan, Path folder, Stopwatch watch, List<String> notes) {
        for (int i = 0; i < plan.stages().size() - 1; i++) {
            Path file = folder.resolve(".stage-" + i + ".safetensors");
            write(plan.stages().get(i), file, watch, notes);
            plan.resultOf(i).written(file);
        }
        Map<String, Map<String, Likeness>> likeness =
                write(plan.result(), folder.resolve(weightsFile(plan)), watch, notes);
        removeStages(plan, folder);
        return likeness;
    }

    private Map<String, Map<String, Likeness>> write(
            StagePlan planned, Path file, Stopwatch watch, List<String> notes) {
        Path parent = file.toAbsolutePath().getParent();
        Path folder = parent == null ? Path.of("") : parent;
        try (Arena arena = Arena.ofShared()) {
            StagePreparation preparation = new StagePreparation(OrtRuntime::new, new Scratch(arena, folder));
            StagePlan stage = watch.time("look", () -> preparation.prepare(planned));
            notes.addAll(stage.notes());
            return watch.time("merge", () -> stream(stage, file, folder));
        }
    }

    private Map<String, Map<String, Likeness>> stream(StagePlan stage, Path file, Path folder) {
        Map<String, PlannedTensor> byName = new LinkedHashMap<>();
        stage.tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
        Map<String, TensorContent> shapes = new LinkedHashMap<>();
        byName.forEach((name, tensor) -> shapes.put(
                name, new TensorContent(tensor.spec().dtype(), tensor.spec().shape(), sink -> {})));
        List<PlannedTensor> ordered = SafetensorsWriter.order(shapes).stream()
                .map(name -> tensor(byName, name))
                .toList();
        try (TensorStream stream = new TensorStream(ordered, folder);
                Progress.Task task = progress.begin(label(stage), stage.bytes())) {
            Map<String, TensorContent> contents = new LinkedHashMap<>();
            ordered.forEach(tensor -> contents.put(tensor.name(), stream.content(tensor)));
            long[] done = {0};
            SafetensorsWriter.write(
                    file, contents, WriteOptions.of(Map.of("format", "pt")).withProgress((written, total) -> {
                        task.advance(written - done[0]);
                        done[0] = written;
                    }));
            return stream.likeness();
        }
    }

    private static String weightsFile(CheckpointPlan plan) {
        return plan.result().reference().graph().isPresent() ? CheckpointGraph.MERGED : WEIGHTS;
    }

    private static PlannedTensor tensor(Map<String, PlannedTensor> byName, String name) {
        PlannedTensor tensor = byName.get(name);
        if (tensor == null) {
            throw new IllegalStateException("no tensor " + name + " was planned");
        }
        return tensor;
    }

    private static String label(StagePlan stage) {
        return "merging"
                + (stage.stage().name() == null ? "" : " " + stage.stage().name());
    }

    private static void removeStages(CheckpointPlan plan, Path directory) {
        for (int i = 0; i < plan.stages().size() - 1; i++) {
            io.sinter.file.Unfinished.deleteTree(directory.resolve(".stage-" + i + ".safetensors"));
        }
    }

    private static CheckpointReport report(
            CheckpointPlan plan,
            Path target,
            Map<String, Map<String, Likeness>> likeness,
            Stopwatch watch,
            List<String> notes) {
        StagePlan result = plan.result();
        long milliseconds = Math.max(1, watch.milliseconds().getOrDefault("merge", 1L));
        return new CheckpointReport(
                target.toString(),
                result.stage().method().name(),
                result.tensors().size(),
                result.parameters(),
                result.dtype().toString(),
                CheckpointReport.total(likeness),
                CheckpointReport.byLayer(likeness),
                plan.bytesWritten() * 1000 / milliseconds,
                Map.of(),
                Map.of(),
                notes);
    }
}
