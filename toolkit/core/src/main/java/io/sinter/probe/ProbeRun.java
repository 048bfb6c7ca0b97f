package io.sinter.probe;

import io.sinter.error.IncompatibleException;
import io.sinter.error.OutputException;
import io.sinter.eval.LabelledDataset;
import io.sinter.inference.Classifier.Score;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.LogitsOptions;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.output.StagedDirectory;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.output.Stopwatch;
import io.sinter.pooling.Normalization;
import io.sinter.probe.ProbeInput.Embedded;
import io.sinter.progress.Progress;
import io.sinter.runtime.Runtime;
import io.sinter.source.CheckpointSource;
import io.sinter.source.GraphSource;
import io.sinter.source.ModelSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fits classifiers on models' vectors and puts them into the models' graphs.
 *
 * @param runtime runs the models
 * @param writing where weights go
 * @param progress hears how far it is
 */
public record ProbeRun(Runtime runtime, WriteOptions writing, Progress progress) {

    private static final String GRAPH = "model.onnx";

    /**
     * Fits, and writes nothing.
     *
     * @throws io.sinter.error.SinterException if it cannot be done
     */
    public ProbeResult preview(ProbeRequest request) {
        Work work = new Work(request);
        work.fit();
        return work.result(null, null, List.of(), Map.of());
    }

    /**
     * Writes a directory, which appears whole or not at all: {@code model.onnx} with an output {@code logits} beside those
     * that it had, what stood beside the model with labels in {@code config.json}, {@code probe.json} (how the classifier
     * was fitted), a model card and {@code sinter.json}.
     *
     * @throws io.sinter.error.SinterException if it cannot be done; nothing is left behind
     */
    public ProbeResult write(ProbeRequest request, Path target, Existing existing) {
        StagedDirectory.check(target, existing);
        Work work = new Work(request);
        List<LabelledDataset> tests = work.tests();
        Embedded embedded = work.fit();
        try (StagedDirectory staged = StagedDirectory.create(target, existing)) {
            Model model = ProbeGraph.of(
                    request.source(),
                    request.input(),
                    embedded,
                    request.embedding().normalization(),
                    work.fitted().head());
            StagedDirectory.requireSpace(target, OnnxWriter.size(model));
            work.watch.time("write", () -> {
                OnnxWriter.write(model, staged.path().resolve(GRAPH), writing);
                new ProbeDescription(request, work.fitted(), model, embedded.pooling(), work.notes)
                        .write(staged.path(), target, work.watch.milliseconds());
            });
            double agreement = work.watch.time("compare", () -> work.check(staged.path(), target));
            List<ProbeResult.Test> tested = work.watch.time(
                    "test",
                    () -> tests.stream()
                            .map(test -> work.test(staged.path(), test))
                            .toList());
            Map<String, Long> files = StagedDirectory.files(staged.path());
            work.watch.time("commit", () -> {
                staged.commit();
            });
            return work.result(target.toString(), agreement, tested, files);
        }
    }

    /**
     * Fits a classifier on the {@code sentence_embedding} of a graph in a directory that is being written, and puts it in.
     *
     * @param directory with {@code model.onnx} and what stands beside it
     * @param request of which the source is that directory
     * @param target what it will be called, for messages
     */
    public ProbeReport addTo(Path directory, ProbeRequest request, Path target) {
        Work work = new Work(request);
        Embedded embedded = work.fit();
        Model model = ProbeGraph.of(
                request.source(),
                request.input(),
                embedded,
                Normalization.NONE,
                work.fitted().head());
        OnnxWriter.write(model, directory.resolve(GRAPH), writing);
        try {
            ProbeDescription.writeHead(directory, work.fitted());
        } catch (IOException e) {
            throw new OutputException(target + ": cannot be written: " + e.getMessage(), e);
        }
        work.check(directory, target);
        return work.fitted().report();
    }

    /** One model under way. */
    private final class Work {

        private final ProbeRequest request;
        private final LabelledDataset data;
        private final LabelledRows rows;
        private final Stopwatch watch = new Stopwatch();
        private final List<String> notes = new ArrayList<>();
        private ProbeCheck.@Nullable Fit checked;
        private Probe.@Nullable Fitted fitted;

        Work(ProbeRequest request) {
            this.request = request;
            requireOwnReading(request.source(), request.embedding());
            this.data = request.input().read(request.data(), request.options().labels());
            this.rows = LabelledRows.of(data, request.options());
            noteSource();
        }

        private void noteSource() {
            boolean checkpointBeside = request.source() instanceof GraphSource graph
                    && graph.checkpoint().isPresent();
            if (checkpointBeside || request.source() instanceof CheckpointSource) {
                notes.add("the checkpoint was not carried along: the classifier is in the graph alone");
            }
        }

        Probe.Fitted fitted() {
            return Objects.requireNonNull(fitted);
        }

        List<LabelledDataset> tests() {
            Map<String, Integer> known = rows.counts();
            List<LabelledDataset> tests = new ArrayList<>();
            for (Path file : request.tests()) {
                LabelledDataset test =
                        request.input().read(file, request.options().labels());
                for (LabelledDataset.Example example : test.examples()) {
                    for (String label :
                            LabelledRows.labels(example, request.options().labels())) {
                        if (!known.containsKey(label)) {
                            throw new IncompatibleException("%s: line %d: label \"%s\": those of %s are %s"
                                    .formatted(file, example.line(), label, request.data(), known.keySet()));
                        }
                    }
                }
                tests.add(test);
            }
            return tests;
        }

        Embedded fit() {
            Embedded embedded = watch.time(
                    "embed", () -> request.input().embed(runtime, request.source(), data, request.embedding()));
            Probe.Fitted found =
                    watch.time("fit", () -> Probe.fit(rows, embedded.vectors(), request.options(), progress));
            notes.addAll(found.report().notes());
            fitted = found;
            checked = new ProbeCheck.Fit(found.head(), embedded.vectors());
            return embedded;
        }

        double check(Path directory, Path target) {
            return ProbeCheck.of(runtime, request.input(), directory, data, Objects.requireNonNull(checked), target);
        }

        ProbeResult.Test test(Path directory, LabelledDataset test) {
            LogitsOptions how =
                    LogitsOptions.DEFAULT.withExecution(request.embedding().execution());
            List<List<Score>> scores = request.input().classify(runtime, ModelSource.open(directory), test, how);
            int right = 0;
            for (int i = 0; i < scores.size(); i++) {
                Set<String> expected = LabelledRows.labels(
                        test.examples().get(i), request.options().labels());
                right += said(scores.get(i)).equals(expected) ? 1 : 0;
            }
            return new ProbeResult.Test(test.file().toString(), (double) right / scores.size(), right, scores.size());
        }

        private Set<String> said(List<Score> scores) {
            return switch (request.options().labels()) {
                case ONE -> Set.of(scores.getFirst().label());
                case SEVERAL -> {
                    Set<String> said = new HashSet<>();
                    scores.stream().filter(s -> s.score() > 0.5).forEach(s -> said.add(s.label()));
                    yield said;
                }
            };
        }

        ProbeResult result(
                @Nullable String output,
                @Nullable Double agreement,
                List<ProbeResult.Test> tests,
                Map<String, Long> files) {
            return new ProbeResult(
                    output,
                    data.file().toString(),
                    fitted().report(),
                    agreement,
                    tests,
                    files,
                    watch.milliseconds(),
                    List.copyOf(notes));
        }
    }

    /** A graph whose files say how it reads texts reads them so. */
    private static void requireOwnReading(ModelSource source, EmbedderOptions embedding) {
        boolean asked = !embedding.prompt().isEmpty() || embedding.maxTokens().isPresent();
        if (asked && !source.companions().inputSets().isEmpty()) {
            throw new IncompatibleException(
                    "%s: its sinter.json says behind which prompts and up to which lengths it reads texts; leave both out"
                            .formatted(source.path()));
        }
    }
}
