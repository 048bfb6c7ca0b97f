package io.sinter.evolve;

import io.sinter.error.RecipeException;
import io.sinter.eval.MaskedDataset;
import io.sinter.eval.MaskedEvaluation;
import io.sinter.eval.RandomMasking;
import io.sinter.eval.StsDataset;
import io.sinter.eval.StsEvaluation;
import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.LogitsOptions;
import io.sinter.inference.MaskedLanguageModel;
import io.sinter.runtime.Runtime;
import io.sinter.source.ModelSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Scores models on some targets, which are of one kind; the data is read once. */
public final class Scorer {

    /**
     * How models run.
     *
     * @param runtime runs them
     * @param vectors how a model makes vectors of sentences
     * @param logits how logits are computed
     * @param maskSeed of the masks of plain text
     */
    public record Running(
            Runtime runtime, Function<Path, EmbedderOptions> vectors, LogitsOptions logits, long maskSeed) {}

    private final Running running;
    private final List<Target> targets;
    private final List<StsDataset> pairs = new ArrayList<>();
    private final Map<Target, MaskedDataset> masked = new LinkedHashMap<>();

    /**
     * A scorer.
     *
     * @throws RecipeException if there is no target, or the targets are of two kinds
     * @throws io.sinter.error.SinterException if a file of sentences cannot be read
     */
    public Scorer(Running running, List<Target> targets) {
        this.running = running;
        this.targets = List.copyOf(targets);
        if (targets.isEmpty()) {
            throw new RecipeException("eval: nothing to score models on; give sts:FILE.tsv or mlm:FILE");
        }
        if (targets.stream().map(Target::kind).distinct().count() > 1) {
            throw new RecipeException(
                    "eval: %s and %s are in different units, so that there is no mean of them; give targets of one kind"
                            .formatted(targets.getFirst(), targets.getLast()));
        }
        if (kind() == Target.Kind.STS) {
            targets.forEach(target -> pairs.add(StsDataset.read(target.file())));
        }
    }

    /** What models are scored on. */
    List<Target> targets() {
        return targets;
    }

    /** What is scored. */
    public Target.Kind kind() {
        return targets.getFirst().kind();
    }

    /** The scores of the model of a folder, in the order of the targets. */
    public List<TargetScore> score(Path folder) {
        return switch (kind()) {
            case STS -> similarity(folder);
            case MLM -> masked(folder);
        };
    }

    private List<TargetScore> similarity(Path folder) {
        EmbedderOptions options = running.vectors.apply(folder);
        try (Embedder embedder = Embedder.open(running.runtime, ModelSource.open(folder), options)) {
            List<TargetScore> scores = new ArrayList<>();
            StsEvaluation.run(embedder, pairs)
                    .forEach(result -> scores.add(new TargetScore.Similarity(targets.get(scores.size()), result)));
            return scores;
        }
    }

    private List<TargetScore> masked(Path folder) {
        try (MaskedLanguageModel model =
                MaskedLanguageModel.open(running.runtime, ModelSource.open(folder), running.logits)) {
            return targets.stream()
                    .<TargetScore>map(target -> new TargetScore.Masked(
                            target,
                            MaskedEvaluation.run(
                                    model,
                                    masked.computeIfAbsent(target, t -> read(t.file(), running.maskSeed, model)))))
                    .toList();
        }
    }

    private static MaskedDataset read(Path file, long seed, MaskedLanguageModel model) {
        return file.toString().endsWith(".safetensors")
                ? MaskedDataset.read(file)
                : new RandomMasking(seed).read(file, model);
    }
}
