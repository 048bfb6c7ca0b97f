package io.sinter.source;

import io.sinter.error.MalformedException;
import io.sinter.error.UnsupportedException;
import io.sinter.json.StrictJson;
import io.sinter.pooling.Pooling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/**
 * What a sentence-transformers directory says about making sentence vectors.
 *
 * @param modules the classes in {@code modules.json}, in order, such as {@code Transformer, Pooling, Normalize}
 * @param pooling from the Pooling module's {@code config.json}
 * @param dense the Dense modules, in order
 * @param maxTokens {@code max_seq_length} of {@code sentence_bert_config.json}
 * @param prompts texts that go before a sentence, by name
 * @param files the files that were read
 */
public record SentenceTransformers(
        List<String> modules,
        Optional<Pooling> pooling,
        List<Dense> dense,
        OptionalInt maxTokens,
        Map<String, String> prompts,
        List<Path> files) {

    private static final long MAX_BYTES = 1L << 20;
    private static final Map<String, Pooling> MODES = Map.of(
            "cls", Pooling.CLS,
            "mean", Pooling.MEAN,
            "max", Pooling.MAX,
            "lasttoken", Pooling.LAST_TOKEN,
            "weightedmean", Pooling.WEIGHTED_MEAN,
            "mean_sqrt_len_tokens", Pooling.MEAN_SQRT_LEN);
    private static final Map<String, String> FLAGS = Map.of(
            "pooling_mode_cls_token", "cls",
            "pooling_mode_mean_tokens", "mean",
            "pooling_mode_max_tokens", "max",
            "pooling_mode_lasttoken", "lasttoken",
            "pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens",
            "pooling_mode_weightedmean_tokens", "weightedmean");

    /**
     * A projection of sentence vectors: {@code model.safetensors} in its folder holds {@code linear.weight}
     * {@code [out, in]} and, with a bias, {@code linear.bias}.
     *
     * @param folder where it is
     * @param in width of what it maps
     * @param out width of the result
     * @param hasBias whether it has a bias
     * @param activation PyTorch's class, such as {@code torch.nn.modules.activation.Tanh}
     */
    public record Dense(Path folder, long in, long out, boolean hasBias, String activation) {

        /** Its configuration. */
        public Path file() {
            return folder.resolve("config.json");
        }
    }

    /** Copies the lists. */
    public SentenceTransformers {
        modules = List.copyOf(modules);
        dense = List.copyOf(dense);
        files = List.copyOf(files);
        prompts = Map.copyOf(prompts);
    }

    /**
     * Reads the files of a directory, if it has a {@code modules.json}.
     *
     * @throws MalformedException if one of them is not as it should be
     * @throws UnsupportedException if the pooling is none of {@link Pooling}
     */
    public static Optional<SentenceTransformers> read(Path folder) {
        Path file = folder.resolve("modules.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<Path> files = new ArrayList<>(List.of(file));
        List<String> modules = new ArrayList<>();
        Optional<Pooling> pooling = Optional.empty();
        List<Dense> dense = new ArrayList<>();
        for (JsonNode module : StrictJson.value(file, MAX_BYTES)) {
            String type = module.path("type").asString("");
            String name = type.substring(type.lastIndexOf('.') + 1);
            modules.add(name);
            if (name.equals("Pooling")) {
                Path config =
                        inside(folder, file, module.path("path").asString("")).resolve("config.json");
                pooling = Optional.of(pooling(config, StrictJson.object(config, MAX_BYTES)));
                files.add(config);
            }
            if (name.equals("Dense")) {
                Dense projection =
                        dense(inside(folder, file, module.path("path").asString("")));
                dense.add(projection);
                files.add(projection.file());
                files.add(projection.folder().resolve("model.safetensors"));
            }
        }
        Map<String, String> prompts = new LinkedHashMap<>();
        object(folder.resolve("config_sentence_transformers.json"), files)
                .ifPresent(c -> c.path("prompts")
                        .properties()
                        .forEach(p -> prompts.put(p.getKey(), p.getValue().asString(""))));
        JsonNode length = object(folder.resolve("sentence_bert_config.json"), files)
                .map(c -> c.path("max_seq_length"))
                .filter(JsonNode::isInt)
                .orElse(null);
        OptionalInt maxTokens = length == null ? OptionalInt.empty() : OptionalInt.of(length.intValue());
        return Optional.of(new SentenceTransformers(modules, pooling, dense, maxTokens, prompts, files));
    }

    /** Whether vectors are scaled to length 1. */
    public boolean normalizes() {
        return modules.contains("Normalize");
    }

    private static Dense dense(Path folder) {
        Path file = folder.resolve("config.json");
        JsonNode config = StrictJson.object(file, MAX_BYTES);
        long in = config.path("in_features").asLong(0);
        long out = config.path("out_features").asLong(0);
        if (in <= 0 || out <= 0) {
            throw new MalformedException(
                    "%s: in_features and out_features: got %s and %s, expected whole numbers above 0"
                            .formatted(file, config.path("in_features"), config.path("out_features")));
        }
        String activation = config.path("activation_function").asString("torch.nn.modules.activation.Tanh");
        return new Dense(folder, in, out, config.path("bias").asBoolean(true), activation);
    }

    private static Optional<JsonNode> object(Path file, List<Path> files) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        files.add(file);
        return Optional.of(StrictJson.object(file, MAX_BYTES));
    }

    private static Path inside(Path folder, Path file, String name) {
        Path path = folder.resolve(name).normalize();
        if (!path.startsWith(folder.normalize())) {
            throw new MalformedException("%s: module path \"%s\" leaves the folder".formatted(file, name));
        }
        return path;
    }

    private static Pooling pooling(Path file, JsonNode config) {
        List<String> modes = new ArrayList<>();
        JsonNode named = config.path("pooling_mode");
        if (named.isString()) {
            modes.add(named.stringValue());
        } else {
            config.properties().forEach(p -> {
                if (FLAGS.containsKey(p.getKey()) && p.getValue().asBoolean(false)) {
                    modes.add(FLAGS.getOrDefault(p.getKey(), ""));
                }
            });
        }
        Pooling pooling = modes.size() == 1 ? MODES.get(modes.getFirst()) : null;
        if (pooling == null) {
            throw new UnsupportedException("%s: pooling %s: expected one of %s"
                    .formatted(file, modes, MODES.keySet().stream().sorted().toList()));
        }
        return pooling;
    }
}
