package io.sinter.merge;

import io.sinter.bake.Bake;
import io.sinter.combine.ContextCombiner;
import io.sinter.error.MalformedException;
import io.sinter.error.MissingException;
import io.sinter.error.SinterException;
import io.sinter.error.VerificationException;
import io.sinter.hub.HubModel;
import io.sinter.merge.OutputVerification.Check.Outcome;
import io.sinter.onnx.check.Finding;
import io.sinter.onnx.check.Verifier;
import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.ir.Model;
import io.sinter.output.Manifest;
import io.sinter.output.Sha256;
import io.sinter.quality.QualityGate;
import io.sinter.quality.QualityReport;
import io.sinter.quality.RandomInputs;
import io.sinter.quality.SampleTexts;
import io.sinter.quality.Samples;
import io.sinter.recipe.Recipe;
import io.sinter.recipe.RecipeReader;
import io.sinter.runtime.Port;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.safetensors.Checkpoint;
import io.sinter.source.Companions;
import io.sinter.source.EmbeddingTable;
import io.sinter.source.EmbeddingTableFinder;
import io.sinter.source.ModelSource;
import io.sinter.tensor.Conversion;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import io.sinter.tokenizer.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Checks a directory that a merge wrote.
 *
 * @param runtime runs its graph
 * @param options how
 */
public record OutputVerification(io.sinter.runtime.Runtime runtime, SessionOptions options) {

    private static final String IDS = "input_ids";

    /** The mode of merges of whole checkpoints. */
    private static final String WEIGHTS = "weights";

    private static final long SEED = 20_261_123;

    /** Tokens of a text that are tried. */
    private static final int MOST_TOKENS = 32;

    /** The cosine with the full graph that an optimised one must have; random tokens ask more of it than texts do. */
    private static final double RANDOM_TOKENS = 0.9;

    /**
     * One thing that was checked.
     *
     * @param what in a few words
     * @param outcome how it went
     * @param detail numbers, or what is wrong
     */
    public record Check(String what, Outcome outcome, String detail) {

        /** How a check went. */
        public enum Outcome {
            /** As it should be. */
            PASSED,
            /** Not as it should be. */
            FAILED,
            /** Not checked, for the reason in the detail. */
            SKIPPED
        }

        /**
         * Checks something.
         *
         * @param work gives the detail, or throws what is wrong
         */
        public static Check of(String what, Supplier<String> work) {
            try {
                return new Check(what, Outcome.PASSED, work.get());
            } catch (SinterException e) {
                return new Check(what, Outcome.FAILED, e.getMessage());
            }
        }
    }

    /**
     * Runs every check that applies.
     *
     * @throws MissingException if the directory has no manifest
     */
    public List<Check> run(Path directory) {
        Manifest manifest = Manifest.find(directory)
                .orElseThrow(() -> new MissingException(
                        "%s: no %s, so no output of sinter merge".formatted(directory, Manifest.FILE_NAME)));
        List<Check> checks = new ArrayList<>();
        checks.add(Check.of("tokenizer", () -> tokenizer(directory, manifest)));
        if (Files.exists(directory.resolve("model.safetensors"))) {
            checks.add(Check.of("checkpoint", () -> checkpoint(directory)));
        }
        Path graph = graphFile(directory);
        if (manifest.result().mode().equals(WEIGHTS) && !Files.exists(graph)) {
            checks.add(new Check("graph", Check.Outcome.SKIPPED, "none, for the reason in the notes of sinter.json"));
            checks.add(sources(manifest));
            return checks;
        }
        checks.add(Check.of("graph", () -> graph(graph, manifest)));
        checks.add(Check.of("run", () -> runs(graph, manifest)));
        Manifest.Training training = manifest.training();
        if (training == null) {
            checks.add(recomputed(graph, manifest));
        } else {
            checks.addAll(new TrainedChecks(runtime, options).run(directory, manifest, training));
        }
        return checks;
    }

    private static Path graphFile(Path directory) {
        return directory.resolve(ModelWriter.GRAPH);
    }

    private static String tokenizer(Path directory, Manifest manifest) {
        Path file = directory.resolve("tokenizer.json");
        if (!Files.exists(file)) {
            return "none, as its sources had none";
        }
        Vocabulary vocabulary = Vocabulary.read(file);
        if (vocabulary.rowsNeeded() > manifest.result().rows()) {
            throw new VerificationException("%s: ids up to %d, but the table has %d rows"
                    .formatted(
                            file, vocabulary.rowsNeeded() - 1, manifest.result().rows()));
        }
        return "%,d tokens, ids up to %,d, table of %,d rows"
                .formatted(
                        vocabulary.size(),
                        vocabulary.rowsNeeded() - 1,
                        manifest.result().rows());
    }

    private static String checkpoint(Path directory) {
        Checkpoint checkpoint = Checkpoint.open(directory);
        return "%d tensors".formatted(checkpoint.names().size());
    }

    private static String graph(Path file, Manifest manifest) {
        Model model = OnnxReader.read(file);
        List<Finding> findings = Verifier.check(model);
        if (!findings.isEmpty()) {
            throw new MalformedException(file + ": " + findings.getFirst());
        }
        if (manifest.result().mode().equals("bake")) {
            EmbeddingTable table = EmbeddingTableFinder.find(file.toString(), model.graph());
            if (table.rows() != manifest.result().rows()
                    || table.width() != manifest.result().width()) {
                throw new VerificationException("%s: the table is [%d, %d], but %s says [%d, %d]"
                        .formatted(
                                file,
                                table.rows(),
                                table.width(),
                                Manifest.FILE_NAME,
                                manifest.result().rows(),
                                manifest.result().width()));
            }
        }
        return "opset %d, %d nodes"
                .formatted(model.opset(), model.graph().nodes().size());
    }

    private String runs(Path file, Manifest manifest) {
        Model model = OnnxReader.read(file);
        try (Session session = runtime.open(file, options)) {
            Map<String, TensorData> outputs = session.run(
                    inputs(file, manifest, session, idsInput(file, model)),
                    session.outputs().stream().map(Port::name).toList());
            for (Map.Entry<String, TensorData> output : outputs.entrySet()) {
                for (float value : floats(output.getValue())) {
                    if (!Float.isFinite(value)) {
                        throw new VerificationException("%s: output \"%s\" is not finite for tokens that were tried"
                                .formatted(file, output.getKey()));
                    }
                }
            }
            return "finite outputs " + String.join(", ", outputs.keySet());
        }
    }

    /** Merges the sources again, the other way, and compares what the two graphs compute. */
    private Check recomputed(Path file, Manifest manifest) {
        String text = manifest.recipe();
        String place = manifest.recipeFile();
        if (text == null || place == null) {
            return new Check(
                    "sources", Outcome.SKIPPED, "nothing was merged; sinter.json has the quality gate's numbers");
        }
        if (manifest.result().mode().equals(WEIGHTS)) {
            return sources(manifest);
        }
        boolean baked = manifest.result().mode().equals("bake");
        Recipe recipe;
        try {
            recipe = atTheirCommits(RecipeReader.parse(Path.of(place), text), manifest);
        } catch (SinterException e) {
            return new Check("sources", Outcome.FAILED, e.getMessage());
        }
        // What two tokenizers, or a combiner, make of a text is known at run time only, so that there is no table to
        // bake.
        boolean again = !manifest.tokenizers().isEmpty() || recipe.combine().combiner() instanceof ContextCombiner;
        String what = again ? "live = live again" : baked ? "baked = live" : "live = baked";
        for (Manifest.Source source : manifest.sources()) {
            String changed = changed(source);
            if (!changed.isEmpty()) {
                return new Check(what, Outcome.SKIPPED, changed);
            }
        }
        return Check.of(what, () -> {
            Recipe.Mode mode = baked || again ? Recipe.Mode.LIVE : Recipe.Mode.BAKE;
            Model other = GraphMerge.again(recipe, mode, new Bake(runtime, options));
            Model model = OnnxReader.read(file);
            String ids = idsInput(file, model);
            try (Session first = runtime.open(file, options);
                    Session second = runtime.open(other, options)) {
                Map<String, TensorData> inputs = inputs(file, manifest, first, ids);
                return manifest.optimization() == null
                        ? compare(first, second, inputs, tolerance(manifest))
                        : point(file, second, first, inputs);
            }
        });
    }

    /** A hub's models where they were when they were merged: their revision may be another commit by now. */
    public static Recipe atTheirCommits(Recipe recipe, Manifest manifest) {
        return recipe.withModels(recipe.models().stream()
                .map(entry -> manifest.sources().stream()
                        .filter(s ->
                                HubModel.isNamedSo(entry.model()) && s.name().equals(entry.name()))
                        .findFirst()
                        .map(s -> entry.at(Path.of(s.location())))
                        .orElse(entry))
                .toList());
    }

    /** All weights were merged: there is no other way to compute that, but the files can be looked at. */
    private static Check sources(Manifest manifest) {
        for (Manifest.Source source : manifest.sources()) {
            String changed = changed(source);
            if (!changed.isEmpty()) {
                return new Check("sources", Check.Outcome.SKIPPED, changed);
            }
        }
        return new Check(
                "sources",
                Check.Outcome.PASSED,
                "%d models are what was merged".formatted(manifest.sources().size()));
    }

    /** What is not there any more of a source, or not what was merged; empty if all of it is. */
    public static String changed(Manifest.Source source) {
        Path folder = Manifest.Source.folder(Path.of(source.location()));
        for (Manifest.SourceFile file : source.files()) {
            Path path = folder.resolve(file.file());
            if (!Files.isRegularFile(path)) {
                return path + " is not there any more";
            }
            if (!Sha256.of(path).equals(file.sha256())) {
                return path + " is not what was merged: its digest differs";
            }
        }
        return "";
    }

    private static double tolerance(Manifest manifest) {
        return switch (DType.valueOf(manifest.result().dtype())) {
            case FLOAT16 -> 2e-2;
            case BFLOAT16 -> 1e-1;
            default -> 1e-4;
        };
    }

    private static String compare(Session first, Session second, Map<String, TensorData> inputs, double tolerance) {
        double worst = 0;
        for (Port port : first.outputs()) {
            float[] a = floats(output(first, inputs, port));
            float[] b = floats(output(second, inputs, port));
            worst = Math.max(worst, OutputDifference.relative(a, b));
        }
        OutputDifference.require(worst, tolerance);
        return "outputs differ by %.1e of the largest at most".formatted(worst);
    }

    /** An optimised graph may have fewer bits: its vectors must still lie along the full graph's. */
    private static String point(Path file, Session full, Session reduced, Map<String, TensorData> inputs) {
        QualityGate gate = new QualityGate(RANDOM_TOKENS);
        QualityReport report = gate.measure(full, reduced, new Samples("random tokens", List.of(inputs)));
        gate.require(file.toString(), report);
        return report.outputs().stream()
                .map(o -> "%s: mean cosine %.4f".formatted(o.output(), o.meanCosine()))
                .collect(Collectors.joining(", "));
    }

    private static TensorData output(Session session, Map<String, TensorData> inputs, Port port) {
        return session.run(inputs, List.of(port.name())).values().iterator().next();
    }

    /** Random tokens; of a graph that reads the tokens of several tokenizers, a batch of texts. */
    private static Map<String, TensorData> inputs(Path file, Manifest manifest, Session session, String idsInput) {
        RandomInputs random = RandomInputs.ofTexts(idsInput, manifest.result().rows(), SEED);
        if (manifest.tokenizers().isEmpty()) {
            return random.of(session.inputs());
        }
        Companions companions = ModelSource.open(file).companions();
        return Samples.of(session.inputs(), companions, SampleTexts.builtIn(), MOST_TOKENS, random)
                .batches()
                .getFirst();
    }

    /** {@code input_ids}; in a graph that calls it otherwise, what is looked up in the table. */
    private static String idsInput(Path file, Model model) {
        boolean usual = model.graph().inputs().stream().anyMatch(i -> i.name().equals(IDS));
        return usual
                ? IDS
                : EmbeddingTableFinder.find(file.toString(), model.graph())
                        .inputIds()
                        .name();
    }

    private static float[] floats(TensorData data) {
        return Conversion.convert(data, DType.FLOAT).toFloatArray();
    }
}
