package io.sinter.samples;

import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.safetensors.TensorContent;
import io.sinter.safetensors.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Merges two synthetic checkpoints that are larger than the memory that the merge takes: BERT's architecture, 128,000 tokens
 * of width 2048, layers as the size asks; in a process of its own, whose anonymous memory (heap, native memory, stacks;
 * not mapped files) is watched.
 *
 * <p>Run with {@code samples/benchmarks/run LargeMerge [GIGABYTES_OF_THE_PAIR]}; the disk needs four times as much.
 */
public final class LargeMerge {

    private static final long TOKENS = 128_000;
    private static final long WIDTH = 2048;
    private static final long LAYER_BYTES = 12L * WIDTH * WIDTH * Float.BYTES;
    private static final String RECIPE = """
            models:
              - {name: a, model: a, pooling: mean}
              - {name: b, model: b, pooling: mean}
            body: a
            combine: {method: weighted-sum, weights: [0.7, 0.3]}
            """;

    private LargeMerge() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        double gigabytes = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 6;
        Path folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), ".large-merge-");
        try {
            int layers = (int) Math.max(1, (gigabytes * 5e8 - TOKENS * WIDTH * Float.BYTES) / LAYER_BYTES);
            model(folder.resolve("a"), layers, 1);
            model(folder.resolve("b"), layers, 2);
            Files.writeString(folder.resolve("recipe.yaml"), RECIPE);
            merge(folder);
        } finally {
            Commands.run("rm", "-rf", folder.toString());
        }
    }

    private static void merge(Path folder) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(
                        Path.of("sinter").toAbsolutePath().toString(), "merge", "recipe.yaml", "-o", "merged")
                .directory(folder.toFile())
                .inheritIO()
                .start();
        long peak = 0;
        while (process.isAlive()) {
            peak = Math.max(peak, MemoryUse.anonymous(process.pid()).orElse(0L));
            Thread.sleep(10);
        }
        System.out.printf(
                Locale.ROOT,
                "exit code %d after %.1f s; peak anonymous memory %.1f MB%n",
                process.exitValue(),
                (System.nanoTime() - start) / 1e9,
                peak / 1e3);
        MemoryUse.print();
    }

    private static void model(Path folder, int layers, long seed) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "bert", "architectures": ["BertModel"], "vocab_size": %d, "hidden_size": %d,
                 "num_hidden_layers": %d, "num_attention_heads": 16, "intermediate_size": %d,
                 "max_position_embeddings": 512, "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12}
                """.formatted(TOKENS, WIDTH, layers, 4 * WIDTH));
        Files.writeString(folder.resolve("vocab.txt"), vocabulary());
        Path file = folder.resolve("model.safetensors");
        SafetensorsWriter.write(file, tensors(layers, seed), WriteOptions.of(Map.of("format", "pt")));
        System.out.printf(Locale.ROOT, "%s: %.2f GB, %d layers%n", file, Files.size(file) / 1e9, layers);
    }

    private static String vocabulary() {
        String words = IntStream.range(5, (int) TOKENS).mapToObj(i -> "t" + i).collect(Collectors.joining("\n"));
        return "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n" + words + "\n";
    }

    private static Map<String, TensorContent> tensors(int layers, long seed) {
        Noise noise = Noise.of(seed, 0.02);
        Map<String, TensorContent> tensors = new LinkedHashMap<>();
        put(tensors, noise, "embeddings.word_embeddings.weight", TOKENS, WIDTH);
        put(tensors, noise, "embeddings.position_embeddings.weight", 512L, WIDTH);
        put(tensors, noise, "embeddings.token_type_embeddings.weight", 2L, WIDTH);
        norm(tensors, noise, "embeddings.LayerNorm");
        for (int layer = 0; layer < layers; layer++) {
            String name = "encoder.layer." + layer + ".";
            for (String part : List.of("self.query", "self.key", "self.value", "output.dense")) {
                linear(tensors, noise, name + "attention." + part, WIDTH, WIDTH);
            }
            norm(tensors, noise, name + "attention.output.LayerNorm");
            linear(tensors, noise, name + "intermediate.dense", 4 * WIDTH, WIDTH);
            linear(tensors, noise, name + "output.dense", WIDTH, 4 * WIDTH);
            norm(tensors, noise, name + "output.LayerNorm");
        }
        linear(tensors, noise, "pooler.dense", WIDTH, WIDTH);
        return tensors;
    }

    private static void linear(Map<String, TensorContent> tensors, Noise noise, String name, long out, long in) {
        put(tensors, noise, name + ".weight", out, in);
        put(tensors, noise, name + ".bias", out);
    }

    private static void norm(Map<String, TensorContent> tensors, Noise noise, String name) {
        put(tensors, noise, name + ".weight", WIDTH);
        put(tensors, noise, name + ".bias", WIDTH);
    }

    private static void put(Map<String, TensorContent> tensors, Noise noise, String name, Long... shape) {
        tensors.put(name, noise.tensor(List.of(shape)));
    }
}
