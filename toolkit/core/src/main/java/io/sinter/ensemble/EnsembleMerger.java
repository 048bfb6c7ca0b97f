package io.sinter.ensemble;

import io.sinter.ensemble.LearnedClassifier.Output;
import io.sinter.error.VerificationException;
import io.sinter.merge.GraphFile;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.optimize.GateSettings;
import io.sinter.optimize.GraphGate;
import io.sinter.output.Manifest;
import io.sinter.output.SourceStamps;
import io.sinter.output.StagedDirectory;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.output.Stopwatch;
import io.sinter.probe.ProbeReport;
import io.sinter.progress.Progress;
import io.sinter.quality.SampleTexts;
import io.sinter.recipe.OutputEntry;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.Companions;
import io.sinter.tensor.ScratchMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Carries out plans for encoders.
 *
 * @param runtime runs what was written, and the encoders it was made of
 * @param options where
 * @param progress hears how far it is
 */
public record EnsembleMerger(Runtime runtime, SessionOptions options, Progress progress) {

    /** The graph's name in every output directory. */
    static final String GRAPH = "model.onnx";

    /** Texts on which the result is held to the encoders run one by one. */
    private static final int TEXTS = 16;

    /**
     * Merges into a directory, which appears whole or not at all, and only if it gives what the encoders give one by one.
     *
     * @throws VerificationException if it does not
     * @throws io.sinter.error.SinterException if it cannot be done; nothing is left behind
     */
    public EnsembleReport merge(EnsemblePlan plan, Path target, Existing existing) {
        StagedDirectory.check(target, existing);
        Stopwatch watch = new Stopwatch();
        SourceStamps stamps = SourceStamps.of(plan.files());
        EnsembleParameters parameters = watch.time(
                "parameters",
                () -> EnsembleParameters.of(
                        plan, EncoderFits.of(plan, BranchVectors.ofMany(runtime, options.device(), progress))));
        try (StagedDirectory staged = StagedDirectory.create(target, existing)) {
            StagedDirectory.requireSpace(target, plan.costs().bytesWritten());
            Written written = ScratchMemory.during(
                    staged.path(),
                    ScratchMemory.NATIVE_BYTES,
                    () -> write(plan, parameters, new Output(staged.path(), target), watch));
            stamps.requireUnchanged();
            watch.time("commit", staged::commit);
            return new EnsembleReport(
                    target.toString(),
                    plan.combination().combiner().method(),
                    plan.level().label(),
                    plan.width(),
                    written.sharedBytes(),
                    parameters.fits().fits(),
                    written.agreement(),
                    written.optimization().orElse(null),
                    written.classifier().orElse(null),
                    StagedDirectory.files(target),
                    watch.milliseconds(),
                    written.notes());
        }
    }

    /** What was done. */
    private record Written(
            long sharedBytes,
            EnsembleReport.Agreement agreement,
            Optional<Manifest.Optimization> optimization,
            Optional<ProbeReport> classifier,
            List<String> notes) {}

    private Written write(EnsemblePlan plan, EnsembleParameters parameters, Output output, Stopwatch watch) {
        EnsembleGraph.Built built = watch.time("splice", () -> EnsembleGraph.build(plan, parameters));
        List<String> notes = new ArrayList<>(plan.notes());
        notes.addAll(parameters.fits().notes());
        List<Manifest.Source> sources = watch.time("hash", () -> digests(plan));
        // What stands beside the graph first: texts are read as it says, where graphs are compared.
        new EnsembleDescription(
                        plan, sources, output.target(), Optional.empty(), watch.milliseconds(), new ArrayList<>(notes))
                .write(output.staged());
        Optional<Manifest.Optimization> optimization =
                watch.time("write", () -> writeGraph(plan, parameters, built.model(), output.staged()));
        EnsembleVerification verification = new EnsembleVerification(runtime, options);
        EnsembleReport.Agreement agreement = watch.time(
                "compare",
                () -> verification.compare(
                        plan,
                        parameters,
                        output.staged(),
                        SampleTexts.builtIn().texts().subList(0, TEXTS)));
        if (optimization.isEmpty()) {
            EnsembleVerification.require(output.target(), agreement);
        }
        new EnsembleDescription(plan, sources, output.target(), optimization, watch.milliseconds(), notes)
                .write(output.staged());
        Optional<ProbeReport> classifier = watch.time(
                "classifier", () -> LearnedClassifier.add(plan, runtime, options.device(), progress, output));
        classifier.ifPresent(report -> notes.addAll(report.notes()));
        return new Written(built.sharedBytes(), agreement, optimization, classifier, notes);
    }

    private static List<Manifest.Source> digests(EnsemblePlan plan) {
        return plan.branches().parallelStream()
                .map(b -> Manifest.Source.of(
                        b.name(), b.source().path(), b.source().files()))
                .toList();
    }

    private Optional<Manifest.Optimization> writeGraph(
            EnsemblePlan plan, EnsembleParameters parameters, Model model, Path directory) {
        OutputEntry output = plan.recipe().output();
        GraphGate gate = new GraphGate(runtime, options, new GateSettings(output.gate(), SampleTexts.builtIn()));
        return new GraphFile(output, gate, WriteOptions.DEFAULT, progress)
                .write(
                        "the merged encoders",
                        model,
                        () -> EnsembleGraph.build(plan, parameters).model(),
                        () -> Companions.read(directory),
                        directory.resolve(GRAPH));
    }
}
