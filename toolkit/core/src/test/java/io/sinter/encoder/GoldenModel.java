package io.sinter.encoder;

import io.sinter.onnx.ir.Model;
import io.sinter.runtime.OrtRuntime;
import io.sinter.runtime.Port;
import io.sinter.runtime.Session;
import io.sinter.runtime.SessionOptions;
import io.sinter.safetensors.Checkpoint;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.source.ModelConfig;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A tiny random model with the outputs that transformers 5.17 computed (see golden/models in the test resources). */
record GoldenModel(Path folder) {

    /** Python writes NaN for rows that nothing is seen from. */
    private static final JsonMapper LENIENT = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private static final Path ROOT = Path.of("src/test/resources/golden/models");

    private static final Path FAMILIES = Path.of("src/test/resources/golden/families");

    static GoldenModel named(String name) {
        return new GoldenModel(ROOT.resolve(name));
    }

    /** Those whose family is known. */
    static List<GoldenModel> all() {
        return in(ROOT);
    }

    /** More configurations, without tokenizers (see golden/families). */
    static List<GoldenModel> odd() {
        return in(FAMILIES);
    }

    private static List<GoldenModel> in(Path root) {
        try (Stream<Path> folders = Files.list(root).filter(Files::isDirectory)) {
            return folders.sorted()
                    .map(GoldenModel::new)
                    .filter(g -> Architectures.modelTypes()
                            .contains(g.config().modelType().orElseThrow()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ModelConfig config() {
        return ModelConfig.read(folder.resolve("config.json"));
    }

    CheckpointWeights weights() {
        return new CheckpointWeights(Checkpoint.open(folder));
    }

    SafetensorsFile golden() {
        return SafetensorsFile.open(folder.resolve("golden.safetensors"));
    }

    JsonNode json() {
        return LENIENT.readTree(folder.resolve("golden.json"));
    }

    EncoderGraph build(BuildOptions options) {
        return EncoderGraph.build(config(), weights(), options);
    }

    /** What a graph computes of the recorded inputs. */
    Map<String, TensorData> run(Model model, List<String> outputs) {
        return run(model, outputs, SessionOptions.DEFAULT);
    }

    /** The same on a device. */
    Map<String, TensorData> run(Model model, List<String> outputs, SessionOptions options) {
        SafetensorsFile golden = golden();
        try (Session session = new OrtRuntime().open(model, options)) {
            Map<String, TensorData> inputs = new LinkedHashMap<>();
            for (Port port : session.inputs()) {
                inputs.put(port.name(), golden.tensor(port.name()));
            }
            return session.run(inputs, outputs);
        }
    }

    /** Under which name an output is recorded: that of both towers' model, or its short form. */
    String recorded(String output) {
        return golden().names().contains(output)
                ? output
                : output.replace("text_model_output.", "text.").replace("vision_model_output.", "vision.");
    }

    /** The README's bound for the type of the weights, in units of the output's largest value where that passes 1. */
    double bound(String output) {
        return absoluteBound() * scale(output);
    }

    /** For values of order 1. */
    double absoluteBound() {
        return switch (json().path("weight_dtype").asString("")) {
            case "float32" -> 1e-4;
            case "float16" -> 2e-2;
            default -> 1e-1;
        };
    }

    /** The output's largest value where that passes 1. */
    double scale(String output) {
        return Math.max(1, json().path("max_abs").path(recorded(output)).asDouble(1));
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
