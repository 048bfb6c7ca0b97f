package io.sinter.samples;

import io.sinter.encoder.BuildOptions;
import io.sinter.encoder.EncoderGraph;
import io.sinter.encoder.Head;
import io.sinter.encoder.RandomWeights;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.source.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long the {@code export} command takes, start-up included, for a checkpoint of BERT-base's size (110 million
 * parameters, random), beside {@code cp} of the checkpoint; with at most 512 MB of heap.
 *
 * <p>Run with {@code samples/benchmarks/run ExportSpeed [ROUNDS]}.
 */
public final class ExportSpeed {

    private static final String CONFIG = """
            {"model_type": "bert", "architectures": ["BertModel"], "vocab_size": 30522, "hidden_size": 768,
             "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act": "gelu",
             "max_position_embeddings": 512, "type_vocab_size": 2, "layer_norm_eps": 1e-12}
            """;

    private ExportSpeed() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        Path folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), ".export-speed-");
        try {
            Path model = checkpoint(Files.createDirectory(folder.resolve("bert-base")));
            measure(folder, model, rounds);
        } finally {
            command(Map.of(), "rm", "-rf", folder.toString());
        }
    }

    private static Path checkpoint(Path model) throws IOException {
        Files.writeString(model.resolve("config.json"), CONFIG);
        RandomWeights weights = new RandomWeights(1, 0.02, Head.NONE);
        EncoderGraph.build(ModelConfig.read(model.resolve("config.json")), weights, BuildOptions.PORTABLE);
        SafetensorsWriter.write(model.resolve("model.safetensors"), weights.tensors(), Map.of("format", "pt"));
        return model;
    }

    private static void measure(Path folder, Path model, int rounds) throws IOException, InterruptedException {
        String out = folder.resolve("out").toString();
        List<List<String>> commands = List.of(
                List.of("cp", model.resolve("model.safetensors").toString(), out),
                List.of("./sinter", "export", model.toString(), "-o", out, "--json"),
                List.of(
                        "./sinter",
                        "export",
                        model.toString(),
                        "-o",
                        out,
                        "--json",
                        "--target",
                        "cuda",
                        "--dtype",
                        "float16"),
                List.of("./sinter", "export", model.toString(), "-o", out, "--json", "--target", "cpu"));
        for (List<String> line : commands) {
            List<Double> ms = new ArrayList<>();
            for (int round = -1; round < rounds; round++) {
                long start = System.nanoTime();
                command(Map.of("SINTER_JAVA_OPTS", "-Xmx512m"), line.toArray(String[]::new));
                double took = (System.nanoTime() - start) / 1e6;
                command(Map.of(), "rm", "-rf", out);
                if (round >= 0) {
                    ms.add(took);
                }
            }
            double[] sorted =
                    ms.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            System.out.printf(
                    Locale.ROOT,
                    "median %7.0f ms, best %7.0f ms: %s%n",
                    sorted[sorted.length / 2],
                    sorted[0],
                    String.join(" ", line).replace(folder.toString(), "…"));
        }
    }

    private static void command(Map<String, String> environment, String... line)
            throws IOException, InterruptedException {
        ProcessBuilder process = new ProcessBuilder(line)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        process.environment().putAll(environment);
        int status = process.start().waitFor();
        if (status != 0) {
            throw new IOException(Arrays.toString(line) + ": exit status " + status);
        }
    }
}
