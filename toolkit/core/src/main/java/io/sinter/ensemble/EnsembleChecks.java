package io.sinter.ensemble;

import io.sinter.error.MalformedException;
import io.sinter.merge.OutputVerification;
import io.sinter.merge.OutputVerification.Check;
import io.sinter.merge.OutputVerification.Check.Outcome;
import io.sinter.merge.TrainedChecks;
import io.sinter.onnx.check.Finding;
import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Model;
import io.sinter.output.Manifest;
import io.sinter.progress.Progress;
import io.sinter.quality.SampleTexts;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.RecipeReader;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import io.sinter.tokenizer.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Checks a directory that holds several encoders in one graph.
 *
 * @param runtime runs the graph, and the encoders one by one
 * @param options where
 */
public record EnsembleChecks(Runtime runtime, SessionOptions options) {

    /** {@code kind} in the manifests of such directories. */
    public static final String KIND = "encoders";

    /** Runs every check that applies. */
    public List<Check> run(Path directory, Manifest manifest) {
        List<Check> checks = new ArrayList<>();
        checks.add(Check.of("tokenizers", () -> tokenizers(directory, manifest)));
        checks.add(Check.of("graph", () -> graph(directory.resolve(EnsembleMerger.GRAPH))));
        Manifest.Training training = manifest.training();
        if (training == null) {
            checks.add(parents(directory, manifest));
        } else {
            checks.addAll(new TrainedChecks(runtime, options).run(directory, manifest, training));
        }
        return checks;
    }

    private static String tokenizers(Path directory, Manifest manifest) {
        return manifest.inputSets().stream()
                .map(set -> "%s: %,d tokens"
                        .formatted(
                                String.join(", ", set.inputs().values()),
                                Vocabulary.read(set.path(directory)).size()))
                .collect(Collectors.joining("; "));
    }

    private static String graph(Path file) {
        Model model = OnnxReader.read(file);
        List<Finding> findings = Verifier.check(model);
        if (!findings.isEmpty()) {
            throw new MalformedException(file + ": " + findings.getFirst());
        }
        return "opset %d, %d nodes"
                .formatted(model.opset(), model.graph().nodes().size());
    }

    /** The encoders are run one by one again, and combined. */
    private Check parents(Path directory, Manifest manifest) {
        String what = "encoders one by one";
        String text = manifest.recipe();
        String place = manifest.recipeFile();
        if (text == null || place == null) {
            return new Check(what, Outcome.SKIPPED, "sinter.json has no recipe; it has the quality gate's numbers");
        }
        for (Manifest.Source source : manifest.sources()) {
            String changed = OutputVerification.changed(source);
            if (!changed.isEmpty()) {
                return new Check(what, Outcome.SKIPPED, changed);
            }
        }
        return Check.of(what, () -> {
            Recipe recipe = OutputVerification.atTheirCommits(RecipeReader.parse(Path.of(place), text), manifest);
            EnsemblePlan plan = EnsemblePlanner.plan(recipe);
            EncoderFits fits = EncoderFits.of(plan, BranchVectors.ofMany(runtime, options.device(), Progress.NONE));
            EnsembleReport.Agreement agreement = new EnsembleVerification(runtime, options)
                    .compare(
                            plan,
                            EnsembleParameters.of(plan, fits),
                            directory,
                            SampleTexts.builtIn().texts());
            if (recipe.output().optimization().isEmpty()) {
                EnsembleVerification.require(directory, agreement);
            }
            return "mean cosine %.6f, differences up to %.1e of the largest component (%d texts)"
                    .formatted(agreement.meanCosine(), agreement.largestDifference(), agreement.texts());
        });
    }
}
