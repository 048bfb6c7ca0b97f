package io.sinter.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.eval.MaskedDataset;
import io.sinter.eval.MaskedEvaluation;
import io.sinter.eval.MaskedResult;
import io.sinter.eval.RandomMasking;
import io.sinter.inference.Execution;
import io.sinter.inference.LogitsOptions;
import io.sinter.inference.MaskedLanguageModel;
import io.sinter.merge.MergePlanner;
import io.sinter.merge.MergeReport;
import io.sinter.merge.Merger;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.recipe.RecipeReader;
import io.sinter.runtime.Device;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.ModelSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The demo's second part: two domain versions of a fill-mask model, their tables merged by every combiner into the body
 * of one of them, scored by the masked tokens that they predict in each domain.
 *
 * @param runtime runs everything
 * @param session where
 * @param samples the folder with {@code models} and {@code data}
 * @param output the folder of the merged models
 * @param limit texts of each domain that are used
 */
record FillMaskDemo(Runtime runtime, SessionOptions session, Path samples, Path output, int limit) {

    /** One way to merge: its folder, what to call it, and the recipe after the models. */
    record Variant(String folder, String title, String recipe) {}

    /** Every registered combiner; those with parameters start at the average, for nothing is trained here. */
    static final List<Variant> VARIANTS = List.of(
            new Variant("average", "average, fiction's body", "body: fiction\ncombine: {method: average}\n"),
            new Variant(
                    "average-reference", "average, reference's body", "body: reference\ncombine: {method: average}\n"),
            new Variant(
                    "weighted",
                    "weighted-sum 0.7 + 0.3, fiction's body",
                    "body: fiction\ncombine: {method: weighted-sum, weights: [0.7, 0.3]}\n"),
            new Variant("linear", "linear (an average)", "body: fiction\ncombine: {method: linear, init: average}\n"),
            new Variant("mlp", "mlp (an average)", "body: fiction\ncombine: {method: mlp, init: average}\n"),
            new Variant(
                    "attention-live",
                    "attention (an average), live",
                    "body: fiction\ncombine: {method: attention, heads: 4, init: average}\nmode: live\n"),
            new Variant(
                    "dynamic",
                    "dynamic-meta-embedding (an average)",
                    "body: fiction\ncombine: {method: dynamic-meta-embedding, init: average}\n"),
            new Variant("gate", "gate (an average)", "body: fiction\ncombine: {method: gate, init: average}\n"),
            new Variant(
                    "contextualized-live",
                    "contextualized-… (an average), live",
                    "body: fiction\ncombine: {method: contextualized-dynamic-meta-embedding, init: average}\nmode: live\n"),
            new Variant(
                    "self-attentive-live",
                    "self-attentive-… (an average), live",
                    "body: fiction\ncombine: {method: self-attentive-meta-embedding, init: average}\nmode: live\n"),
            new Variant(
                    "concatenation",
                    "concatenation, 192 components",
                    "body: fiction\ndimension: {to: fiction, by: pca}\ncombine: {method: concatenation}\n"),
            new Variant(
                    "select",
                    "select reference's, fiction's body",
                    "body: fiction\ncombine: {method: select, source: 2}\n"));

    /**
     * A line of the table.
     *
     * @param model what it is
     * @param fictionLoss on novels that neither parent has seen
     * @param fictionAccuracy there
     * @param referenceLoss on textbooks that the parents were trained on
     * @param referenceAccuracy there
     * @param mergeMillis wall time of the merge with its write; 0 for a parent
     * @param output the folder; "" for a parent
     */
    record Row(
            String model,
            @JsonProperty("fiction_loss") double fictionLoss,
            @JsonProperty("fiction_accuracy") double fictionAccuracy,
            @JsonProperty("reference_loss") double referenceLoss,
            @JsonProperty("reference_accuracy") double referenceAccuracy,
            @JsonProperty("merge_ms") long mergeMillis,
            String output) {}

    /** Whether the samples are there: they are in a source checkout. */
    boolean isPossible() {
        return Files.isDirectory(model("fiction")) && Files.isDirectory(model("reference"));
    }

    /** Runs all of it; every line is handed over as soon as it is known. */
    void run(Consumer<Row> lines) {
        List<MaskedDataset> data = data();
        lines.accept(row("parent: bert-mini-fiction", model("fiction"), data, 0, ""));
        lines.accept(row("parent: bert-mini-reference", model("reference"), data, 0, ""));
        String models = """
                models:
                  - {name: fiction, model: "%s"}
                  - {name: reference, model: "%s"}
                """.formatted(
                        model("fiction").toAbsolutePath(), model("reference").toAbsolutePath());
        for (Variant variant : VARIANTS) {
            Path folder = output.resolve("fill-mask").resolve(variant.folder());
            MergeReport report = new Merger(runtime, session, TerminalProgress.standard())
                    .merge(
                            MergePlanner.plan(
                                    RecipeReader.parse(Path.of(variant.folder() + ".yaml"), models + variant.recipe())),
                            folder,
                            Existing.REPLACE);
            long millis = report.milliseconds().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            lines.accept(row("tables: " + variant.title(), folder, data, millis, report.output()));
        }
    }

    private Path model(String domain) {
        return samples.resolve("models").resolve("bert-mini-" + domain);
    }

    /** Fiction has fixed masks, which other tools have been run on; those of the reference are drawn. */
    private List<MaskedDataset> data() {
        List<MaskedDataset> data = new ArrayList<>();
        data.add(first(MaskedDataset.read(samples.resolve("data/masked-fiction.safetensors"))));
        try (MaskedLanguageModel parent = open(model("fiction"))) {
            data.add(first(new RandomMasking(0).read(samples.resolve("data/reference.txt"), parent)));
        }
        return data;
    }

    private MaskedDataset first(MaskedDataset all) {
        return limit >= all.examples().size()
                ? all
                : new MaskedDataset(all.name(), all.examples().subList(0, limit));
    }

    private Row row(String title, Path model, List<MaskedDataset> data, long millis, String folder) {
        try (MaskedLanguageModel opened = open(model)) {
            MaskedResult fiction = MaskedEvaluation.run(opened, data.get(0));
            MaskedResult reference = MaskedEvaluation.run(opened, data.get(1));
            return new Row(
                    title, fiction.loss(), fiction.accuracy(), reference.loss(), reference.accuracy(), millis, folder);
        }
    }

    private MaskedLanguageModel open(Path model) {
        Execution execution = session.device() == Device.CUDA ? Execution.cuda() : Execution.processor();
        return MaskedLanguageModel.open(
                runtime, ModelSource.open(model), LogitsOptions.DEFAULT.withExecution(execution));
    }
}
