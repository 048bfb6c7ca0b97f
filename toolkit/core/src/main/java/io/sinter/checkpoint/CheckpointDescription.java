package io.sinter.checkpoint;

import io.sinter.error.OutputException;
import io.sinter.error.SinterException;
import io.sinter.onnx.op.Opsets;
import io.sinter.output.Manifest;
import io.sinter.output.ModelCard;
import io.sinter.output.SinterVersion;
import io.sinter.output.Stopwatch;
import io.sinter.pooling.Pooling;
import io.sinter.source.CarriedFiles;
import io.sinter.source.Companions;
import io.sinter.source.ModelConfig;
import io.sinter.source.ModelSource;
import io.sinter.source.SentenceTransformers;
import io.sinter.tensor.DType;
import io.sinter.tokenizer.TokenizerJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes what stands beside merged weights: configuration, tokenizer and modules of the first model, the graph, a model
 * card, a manifest.
 *
 * @param target where the directory will be
 * @param report what the merge did
 * @param notes what a user should know; what is found while writing is added
 */
record CheckpointDescription(CheckpointPlan plan, Path target, CheckpointReport report, List<String> notes) {

    private static final List<String> LAYER_COUNTS = List.of("num_hidden_layers", "n_layer", "n_layers", "num_layers");

    /** Files of a tokenizer that say nothing right of another vocabulary. */
    private static final List<String> STALE = List.of(
            "added_tokens.json",
            "vocab.txt",
            "vocab.json",
            "merges.txt",
            "tokenizer.model",
            "spiece.model",
            "sentencepiece.bpe.model",
            "spm.model");

    /** Writes into a directory that has the weights already. */
    void write(Path directory, Stopwatch watch) {
        writeCompanions(plan, directory, notes);
        try {
            watch.time("graph", () -> {
                new CheckpointGraph(plan, notes).write(directory);
            });
            // Only now: while tensors are merged every core is needed for them.
            List<Manifest.Source> sources = watch.time("hash", plan::digests);
            Files.writeString(directory.resolve("README.md"), card().toMarkdown());
            Files.writeString(
                    directory.resolve(Manifest.FILE_NAME),
                    manifest(directory, sources, watch).toJson());
        } catch (IOException e) {
            throw new OutputException(target + ": cannot be written: " + e.getMessage(), e);
        }
    }

    /** Writes what a program reads besides the weights: configuration, tokenizer, modules. */
    static void writeCompanions(CheckpointPlan plan, Path directory, List<String> notes) {
        try {
            Companions companions = plan.result().reference().companions();
            if (Files.isDirectory(companions.folder())) {
                notes.addAll(CarriedFiles.copy(companions, directory));
            }
            if (plan.result().tokens().isPresent()) {
                writeTokenizer(plan.result().tokens().get(), directory);
            }
            if (companions.config().isPresent()) {
                Files.writeString(
                        directory.resolve("config.json"),
                        config(plan, companions.config().get()));
            }
        } catch (IOException e) {
            throw new OutputException(directory + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private static void writeTokenizer(TokenPlan tokens, Path directory) throws IOException {
        for (String stale : STALE) {
            Files.deleteIfExists(directory.resolve(stale));
        }
        Files.write(
                directory.resolve(TokenizerJson.FILE_NAME), tokens.tokenizer().bytes());
        Path config = directory.resolve("tokenizer_config.json");
        if (Files.exists(config)) {
            ObjectNode json = (ObjectNode) io.sinter.json.StrictJson.object(config, 16L << 20);
            json.remove("added_tokens_decoder");
            Files.writeString(config, json.toPrettyString() + "\n");
        }
    }

    private static String config(CheckpointPlan plan, ModelConfig own) {
        ObjectNode config = (ObjectNode) own.json().deepCopy();
        String dtype = config.has("dtype") ? "dtype" : "torch_dtype";
        config.put(dtype, torchName(plan.result().dtype()));
        ObjectNode text =
                config.path("text_config") instanceof ObjectNode inner && !config.has("vocab_size") ? inner : config;
        plan.result()
                .layers()
                .ifPresent(layers -> LAYER_COUNTS.stream().filter(text::has).forEach(key -> text.put(key, layers)));
        plan.result().tokens().ifPresent(tokens -> text.put("vocab_size", tokens.rows()));
        return config.toPrettyString() + "\n";
    }

    private static String torchName(DType dtype) {
        return switch (dtype) {
            case FLOAT16 -> "float16";
            case BFLOAT16 -> "bfloat16";
            case DOUBLE -> "float64";
            default -> "float32";
        };
    }

    private ModelCard card() {
        List<ModelCard.Parent> parents = plan.parents();
        String name = String.valueOf(target.getFileName());
        String recipe = plan.recipe().text();
        ModelCard card = new ModelCard(ModelCard.Kind.MERGE, name, parents, recipe, facts(), List.copyOf(notes));
        String warning = card.licenseWarning();
        if (warning != null) {
            notes.add(warning);
        }
        return new ModelCard(ModelCard.Kind.MERGE, name, parents, recipe, facts(), List.copyOf(notes));
    }

    private List<String> facts() {
        List<String> facts = new ArrayList<>();
        facts.add("all weights merged by %s: %d tensors, %,d parameters, %s"
                .formatted(report.method(), report.tensors(), report.parameters(), report.dtype()));
        for (CheckpointReport.Parent parent : report.models()) {
            facts.add("beside %s: cosine %.4f, relative distance %.4f"
                    .formatted(parent.name(), parent.cosine(), parent.distance()));
        }
        return facts;
    }

    /** Rows and width of the embedding table: as the configuration says, else as it is in the graph; zeros where there is none. */
    private List<Long> tableShape(Path directory, Optional<ModelConfig> config) {
        if (config.isPresent()) {
            long rows = plan.result()
                    .tokens()
                    .map(t -> (long) t.rows())
                    .orElseGet(() -> config.get().vocabSize().orElse(0));
            return List.of(rows, config.get().hiddenSize().orElse(0));
        }
        try {
            return ModelSource.open(directory).table().data().shape();
        } catch (SinterException noTable) {
            return List.of(0L, 0L);
        }
    }

    private Manifest manifest(Path directory, List<Manifest.Source> sources, Stopwatch watch) {
        Companions companions = plan.result().reference().companions();
        Optional<ModelConfig> config = companions.config();
        Optional<SentenceTransformers> modules = companions.sentenceTransformers();
        List<Long> table = tableShape(directory, config);
        Manifest.Result result = new Manifest.Result(
                "encoder",
                table.getFirst(),
                table.getLast(),
                plan.result().dtype().toString(),
                "weights",
                modules.flatMap(SentenceTransformers::pooling)
                        .map(Pooling::label)
                        .orElse(null),
                modules.isPresent() && Files.exists(companions.folder()),
                modules.map(SentenceTransformers::normalizes).orElse(false),
                null,
                null);
        return new Manifest(
                SinterVersion.CURRENT,
                plan.recipe().text(),
                plan.recipe().file().toAbsolutePath().normalize().toString(),
                sources,
                result,
                null,
                List.of(),
                List.of(),
                Manifest.versionsUsed(Opsets.EMITTED),
                watch.milliseconds(),
                List.copyOf(notes));
    }
}
