package io.sinter.train;

import io.sinter.combine.Attention;
import io.sinter.combine.Average;
import io.sinter.combine.Combination;
import io.sinter.combine.Linear;
import io.sinter.combine.Mlp;
import io.sinter.combine.WidthMap;
import io.sinter.onnx.ir.Value;
import io.sinter.onnx.op.Ops;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A combiner under a loss, as PyTorch trained it: see {@code golden/training/README.md} in the resources. */
record GoldenCase(String name, String method, JsonNode parameters) {

    private static final Path FOLDER = Path.of("src/test/resources/golden/training");
    private static final SafetensorsFile TENSORS = SafetensorsFile.open(FOLDER.resolve("training.safetensors"));

    static List<GoldenCase> all() {
        try {
            JsonNode root = new JsonMapper().readTree(Files.readString(FOLDER.resolve("training.json")));
            return root.get("cases")
                    .valueStream()
                    .map(c -> new GoldenCase(
                            c.get("case").asString(), c.get("method").asString(), c.get("params")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TensorData tensor(String role) {
        return TENSORS.tensor(name + "/" + role);
    }

    /** Names of the parameters. */
    List<String> trained() {
        return parameters.get("trained").valueStream().map(JsonNode::asString).toList();
    }

    /** The optimiser and its settings. */
    TrainingOptions options() {
        AdamW optimizer = new AdamW(
                parameters.get("betas").get(0).asDouble(),
                parameters.get("betas").get(1).asDouble(),
                parameters.get("eps").asDouble(),
                parameters.get("weight_decay").asDouble());
        return new TrainingOptions(
                optimizer, Schedule.constant(parameters.get("lr").asDouble()));
    }

    /** Defines the tables and parameters by {@code define}, and emits the loss. */
    Value emit(Ops ops, BiFunction<String, TensorData, Value> define, Map<String, Value> defined) {
        for (String role : List.of("emb1", "emb2")) {
            defined.put(role, define.apply(role, tensor(role)));
        }
        trained().forEach(role -> defined.put(role, define.apply(role, tensor(role))));
        List<Value> sources = List.of(value(defined, "emb1"), value(defined, "emb2"));
        Value output = method.equals("weighted_sum") ? weightedSum(ops, defined) : combined(ops, sources, defined);
        Value scores = defined.containsKey("classifier.weight") ? classified(ops, output, defined) : output;
        return loss().emit(ops, scores, ops.constant(target(), tensor(target())));
    }

    private Value combined(Ops ops, List<Value> sources, Map<String, Value> defined) {
        String prefix = method.equals("linear") ? "linear." : "";
        Combination combination = combination();
        List<Long> widths = List.of(tensor("emb1").dim(1), tensor("emb2").dim(1));
        Map<String, Value> byName = new LinkedHashMap<>();
        combination.parameters(widths).forEach(spec -> byName.put(spec.name(), value(defined, prefix + spec.name())));
        return combination.emit(ops, sources, byName);
    }

    private static Value weightedSum(Ops ops, Map<String, Value> defined) {
        Value first = ops.mul(value(defined, "emb1"), value(defined, "alpha"));
        return ops.add(first, ops.mul(value(defined, "emb2"), value(defined, "beta")));
    }

    private static Value classified(Ops ops, Value x, Map<String, Value> defined) {
        Value weight = value(defined, "classifier.weight");
        return ops.gemm(x, weight, value(defined, "classifier.bias"), Ops.Transposed.B);
    }

    private Combination combination() {
        return switch (method) {
            case "linear" -> Combination.of(new Linear(parameters.get("out_dim").asLong()));
            case "mlp" ->
                Combination.of(new Mlp(
                        parameters.get("hidden_dim").asLong(),
                        parameters.get("out_dim").asLong()));
            case "attention" ->
                Combination.of(new Attention(parameters.get("num_heads").asInt()));
            case "projection" -> {
                WidthMap map =
                        new WidthMap.Projection(parameters.get("common_dim").asLong());
                yield Combination.of(new Average()).withMaps(List.of(map, map));
            }
            default -> throw new IllegalArgumentException(method);
        };
    }

    private Loss loss() {
        return switch (parameters.get("loss").asString()) {
            case "mse" -> new Loss.MeanSquaredError();
            case "cosine" -> new Loss.Cosine();
            case "infonce" -> new Loss.InfoNce(parameters.get("temperature").asDouble());
            case "cross_entropy" -> new Loss.CrossEntropy(-100);
            default -> throw new IllegalArgumentException(parameters.toString());
        };
    }

    private String target() {
        return switch (parameters.get("loss").asString()) {
            case "infonce" -> "positives";
            case "cross_entropy" -> "labels";
            default -> "target";
        };
    }

    private static Value value(Map<String, Value> defined, String role) {
        return Objects.requireNonNull(defined.get(role), role);
    }

    @Override
    public String toString() {
        return name;
    }
}
