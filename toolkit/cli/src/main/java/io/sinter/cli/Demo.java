package io.sinter.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sinter.eval.StsDataset;
import io.sinter.eval.StsEvaluation;
import io.sinter.eval.StsResult;
import io.sinter.inference.Embedder;
import io.sinter.inference.EmbedderOptions;
import io.sinter.inference.Execution;
import io.sinter.merge.MergePlanner;
import io.sinter.merge.MergeReport;
import io.sinter.merge.Merger;
import io.sinter.merge.ModelLocation;
import io.sinter.output.StagedDirectory.Existing;
import io.sinter.pooling.Pooling;
import io.sinter.recipe.RecipeReader;
import io.sinter.runtime.Device;
import io.sinter.runtime.Runtime;
import io.sinter.runtime.SessionOptions;
import io.sinter.source.ModelSource;
import io.sinter.tensor.Rows;
import io.sinter.tensor.TensorData;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The demo: two parents and several merges of their tables, scored side by side.
 *
 * @param runtime runs everything
 * @param session where
 * @param data what is scored on
 * @param output the folder of the merged models
 */
record Demo(Runtime runtime, SessionOptions session, StsDataset data, Path output) {

    private static final int MAX_TOKENS = 256;

    private static final String MODELS = """
            models:
              - {name: bge, model: "cache:bge-small-en-v1.5", pooling: cls}
              - {name: e5, model: "cache:e5-small-v2", pooling: mean, prompt: "query: "}
            """;

    private static final List<Variant> VARIANTS = List.of(
            new Variant("average", "tables averaged, bge's body", "body: bge\ncombine: {method: average}\n"),
            new Variant(
                    "weighted",
                    "tables 0.7 bge + 0.3 e5, bge's body",
                    "body: bge\ncombine: {method: weighted-sum, weights: [0.7, 0.3]}\n"),
            new Variant(
                    "attention-live",
                    "attention (starting at the average), live",
                    "body: bge\ncombine: {method: attention, heads: 4, init: average}\nmode: live\n"),
            new Variant("static-average", "static: tables averaged, no encoder", "combine: {method: average}\n"),
            new Variant(
                    "static-concatenation",
                    "static: tables side by side, no encoder",
                    "combine: {method: concatenation}\n"),
            new Variant(
                    "static-pca",
                    "static: side by side, 256 components",
                    "dimension: {to: 256, by: pca}\ncombine: {method: concatenation}\n"));

    /** One way to merge: its folder, what to call it, and the recipe after the models. */
    private record Variant(String folder, String title, String recipe) {}

    /**
     * A line of the table.
     *
     * @param model what it is
     * @param width of a sentence vector
     * @param spearman × 100
     * @param cosineBge mean cosine of the sentence vectors with bge's; absent where widths differ
     * @param cosineE5 the same for e5
     * @param mergeMillis wall time of the merge with its write; 0 for a parent
     * @param encodeSeconds wall time of encoding all sentences
     * @param output the folder; "" for a parent
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Row(
            String model,
            long width,
            double spearman,
            @JsonProperty("cosine_bge") OptionalDouble cosineBge,
            @JsonProperty("cosine_e5") OptionalDouble cosineE5,
            @JsonProperty("merge_ms") long mergeMillis,
            @JsonProperty("encode_seconds") double encodeSeconds,
            String output) {}

    /** Sentence vectors and the score that they get. */
    private record Scored(TensorData vectors, StsResult result) {}

    /** Runs all of it; every line is handed over as soon as it is known. */
    void run(Consumer<Row> lines) {
        Scored bge = score(cached("bge-small-en-v1.5"), options().withPooling(Pooling.CLS));
        Scored e5 =
                score(cached("e5-small-v2"), options().withPooling(Pooling.MEAN).withPrompt("query: "));
        lines.accept(row("parent: bge-small-en-v1.5 (CLS)", bge, bge, e5, null));
        lines.accept(row("parent: e5-small-v2 (mean, \"query: \")", e5, bge, e5, null));
        for (Variant variant : VARIANTS) {
            Path folder = output.resolve(variant.folder());
            MergeReport report = new Merger(runtime, session, TerminalProgress.standard())
                    .merge(
                            MergePlanner.plan(
                                    RecipeReader.parse(Path.of(variant.folder() + ".yaml"), MODELS + variant.recipe())),
                            folder,
                            Existing.REPLACE);
            Scored merged = score(folder, options());
            lines.accept(row(variant.title(), merged, bge, e5, report));
        }
    }

    private static Path cached(String name) {
        return ModelLocation.resolve("cache:" + name, Path.of(""));
    }

    private EmbedderOptions options() {
        Execution execution = session.device() == Device.CUDA ? Execution.cuda() : Execution.processor();
        return EmbedderOptions.DEFAULT.withMaxTokens(MAX_TOKENS).withExecution(execution);
    }

    private Scored score(Path model, EmbedderOptions options) {
        TensorData[] vectors = new TensorData[1];
        try (Embedder embedder = Embedder.open(runtime, ModelSource.open(model), options)) {
            StsResult result = StsEvaluation.run(
                    texts -> {
                        TensorData embedded = embedder.embed(texts);
                        vectors[0] = embedded;
                        return embedded;
                    },
                    data);
            return new Scored(vectors[0], result);
        }
    }

    private static Row row(String title, Scored scored, Scored bge, Scored e5, @Nullable MergeReport report) {
        return new Row(
                title,
                scored.vectors().dim(1),
                100 * scored.result().spearman(),
                meanCosine(scored.vectors(), bge.vectors()),
                meanCosine(scored.vectors(), e5.vectors()),
                report == null
                        ? 0
                        : report.milliseconds().values().stream()
                                .mapToLong(Long::longValue)
                                .sum(),
                scored.result().seconds(),
                report == null ? "" : report.output());
    }

    private static OptionalDouble meanCosine(TensorData a, TensorData b) {
        return a.shape().equals(b.shape())
                ? OptionalDouble.of(Arrays.stream(Rows.cosine(a, b)).average().orElse(0))
                : OptionalDouble.empty();
    }
}
