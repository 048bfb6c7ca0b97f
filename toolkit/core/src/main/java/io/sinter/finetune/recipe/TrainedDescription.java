package io.sinter.finetune.recipe;

import io.sinter.finetune.FineTuning;
import io.sinter.onnx.op.Opsets;
import io.sinter.output.Manifest;
import io.sinter.output.ModelCard;
import io.sinter.output.SinterVersion;
import io.sinter.output.Stopwatch;
import io.sinter.source.Companions;
import io.sinter.source.ModelConfig;
import io.sinter.source.ModelSource;
import io.sinter.source.SentenceTransformers;
import io.sinter.train.Metric;
import io.sinter.train.Trained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The model card and the manifest of a trained directory.
 *
 * @param of the directory
 * @param before the manifest of the model that was trained, if it had one
 * @param learned what came of it
 * @param notes what a user should know
 */
record TrainedDescription(
        TrainedDirectory of, Optional<Manifest> before, FineTuning.Learned learned, List<String> notes) {

    private static final String CARD = "README.md";

    Manifest.Training write(Path directory, Path target, Optional<Manifest.Optimization> optimization, Stopwatch watch)
            throws IOException {
        Manifest.Training training = training();
        Files.writeString(directory.resolve(CARD), card(target, training));
        Files.writeString(
                directory.resolve(Manifest.FILE_NAME),
                manifest(training, optimization, watch).toJson());
        return training;
    }

    private Manifest.Training training() {
        Trained run = learned.run();
        RunMetrics metrics = RunMetrics.read(of.run());
        return new Manifest.Training(
                of.recipe().train().objective().method(),
                data(),
                run.steps(),
                run.stoppedEarly(),
                of.work().prepared().trained(),
                of.work().parameters(),
                TrainingPlan.settings(of.work()),
                metrics.loss(),
                dev(metrics, run));
    }

    /** The measurement of the weights that are kept: the best ones where a training may end early, else the last. */
    private Manifest.@Nullable Dev dev(RunMetrics metrics, Trained run) {
        List<Metric.Dev> measured = metrics.measured();
        if (measured.isEmpty()) {
            return null;
        }
        Metric.Dev kept = measured.getLast();
        boolean keepsBest = of.work().prepared().training().run().stopping().isPresent();
        if (keepsBest && run.best().isPresent()) {
            long step = run.best().get().step();
            kept = measured.stream().filter(m -> m.step() == step).findFirst().orElse(kept);
        }
        return new Manifest.Dev(kept.metric(), measured.getFirst().value(), kept.value(), kept.step());
    }

    private Manifest.Source data() {
        Path folder = of.recipe().folder();
        List<Path> files = new ArrayList<>();
        of.recipe().train().texts().files().forEach(file -> files.add(folder.resolve(file)));
        if (of.recipe().train().dev() != null) {
            files.add(folder.resolve(of.recipe().train().dev().data()));
        }
        return Manifest.Source.of("data", folder, files);
    }

    private Manifest manifest(
            Manifest.Training training, Optional<Manifest.Optimization> optimization, Stopwatch watch) {
        boolean merged = !(of.recipe().start() instanceof TrainingRecipe.Start.Model);
        Companions companions = of.work().model().companions();
        return new Manifest(
                SinterVersion.CURRENT,
                of.recipe().text(),
                of.recipe().file().toAbsolutePath().normalize().toString(),
                merged
                        ? before.map(Manifest::sources).orElse(List.of())
                        : List.of(Manifest.Source.of(ModelSource.open(of.start()))),
                before.map(Manifest::result).orElseGet(() -> result(companions)),
                optimization.orElse(null),
                companions.otherTokenizers(),
                companions.inputSets(),
                Manifest.versionsUsed(Opsets.EMITTED),
                milliseconds(watch),
                List.copyOf(notes),
                training);
    }

    private Map<String, Long> milliseconds(Stopwatch watch) {
        Map<String, Long> all = new LinkedHashMap<>();
        before.ifPresent(manifest -> manifest.milliseconds().forEach((task, time) -> all.put("merge: " + task, time)));
        all.putAll(watch.milliseconds());
        return all;
    }

    /** Of a model that Sinter did not write. */
    private static Manifest.Result result(Companions companions) {
        Optional<SentenceTransformers> modules = companions.sentenceTransformers();
        return new Manifest.Result(
                "encoder",
                companions.config().map(c -> c.vocabSize().orElse(0)).orElse(0L),
                companions
                        .config()
                        .map(ModelConfig::hiddenSize)
                        .map(s -> s.orElse(0))
                        .orElse(0L),
                "FLOAT",
                "none",
                modules.flatMap(SentenceTransformers::pooling)
                        .map(p -> p.label())
                        .orElse(null),
                false,
                modules.map(SentenceTransformers::normalizes).orElse(false),
                null,
                null);
    }

    /** The card that there was, with what was trained behind it. */
    private String card(Path target, Manifest.Training training) throws IOException {
        Path old = of.start().resolve(CARD);
        String text =
                Files.isRegularFile(old) ? Files.readString(old) : fresh(target).toMarkdown();
        StringBuilder card = new StringBuilder(text.stripTrailing()).append("\n\n## Training\n\n");
        facts(training).forEach(fact -> card.append("- ").append(fact).append('\n'));
        if (of.recipe().start() instanceof TrainingRecipe.Start.Model) {
            card.append("\n```yaml\n").append(of.recipe().text().strip()).append("\n```\n");
        }
        return card.append("\nThe losses are in `metrics.jsonl` and `loss.svg`.\n")
                .toString();
    }

    private ModelCard fresh(Path target) {
        return ModelCard.ofOne(ModelCard.Kind.TRAINING, target, ModelSource.open(of.start()), List.of(), notes);
    }

    private List<String> facts(Manifest.Training training) {
        List<String> facts = new ArrayList<>();
        facts.add("learned: %s, of %s"
                .formatted(
                        training.objective(),
                        String.join(
                                ", ",
                                training.data().files().stream()
                                        .map(Manifest.SourceFile::file)
                                        .toList())));
        facts.add("%,d steps%s of %s"
                .formatted(training.steps(), training.stoppedEarly() ? " (stopped early)" : "", training.settings()));
        facts.add("%,d of %,d numbers trained".formatted(training.trained(), training.parameters()));
        facts.add("loss: %.4f, then %.4f"
                .formatted(training.loss().first(), training.loss().last()));
        Manifest.Dev dev = training.dev();
        if (dev != null) {
            facts.add(
                    "%s on held-out data: %.4f before, %.4f after".formatted(dev.metric(), dev.before(), dev.after()));
        }
        return facts;
    }
}
