package io.sinter.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.combine.Attention;
import io.sinter.combine.Average;
import io.sinter.combine.Combination;
import io.sinter.combine.Combination.Rows;
import io.sinter.combine.Combiner;
import io.sinter.combine.Concatenation;
import io.sinter.combine.Linear;
import io.sinter.combine.Mlp;
import io.sinter.combine.ParameterSpec;
import io.sinter.combine.WeightedSum;
import io.sinter.combine.WidthMap;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every combiner against PyTorch's numbers: see {@code golden/combiners/README.md} in the resources. */
class GoldenCombinerTest {

    private static final Path FOLDER = Path.of("src/test/resources/golden/combiners");
    private static final SafetensorsFile TENSORS = SafetensorsFile.open(FOLDER.resolve("combiners.safetensors"));

    record Case(String name, String method, JsonNode parameters) {
        TensorData tensor(String role) {
            return TENSORS.tensor(name + "/" + role);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() throws IOException {
        JsonNode root = new JsonMapper().readTree(Files.readString(FOLDER.resolve("combiners.json")));
        List<Case> cases = root.get("cases")
                .valueStream()
                .map(c -> new Case(c.get("case").asString(), c.get("method").asString(), c.get("params")))
                .toList();
        assertThat(cases).hasSize(38);
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void combination_bakedAndLive_isPyTorchs(Case golden) {
        Combination combination = combination(golden);
        List<TensorData> tables = List.of(golden.tensor("emb1"), golden.tensor("emb2"));
        List<Long> widths = tables.stream().map(t -> t.dim(1)).toList();
        Map<String, TensorData> parameters = new LinkedHashMap<>();
        for (ParameterSpec spec : combination.parameters(widths)) {
            parameters.put(spec.name(), golden.tensor(prefix(golden.method()) + spec.name()));
        }
        CombinedTable table = new CombinedTable(combination, parameters, tables);
        TensorData expected = golden.tensor("out");
        TensorData baked = TableTesting.bake(table, DType.FLOAT);
        assertThat(baked.shape()).isEqualTo(expected.shape());
        assertThat(baked.toFloatArray()).containsExactly(expected.toFloatArray(), within(1e-5f));
        TensorData live = TableTesting.live(table, TableTesting.allIds(table.rows()));
        assertThat(live.shape()).isEqualTo(expected.shape());
        assertThat(live.toFloatArray()).containsExactly(expected.toFloatArray(), within(1e-5f));
    }

    private static String prefix(String method) {
        return method.equals("linear") ? "linear." : "";
    }

    private static Combination combination(Case golden) {
        JsonNode p = golden.parameters();
        Combination combination = switch (golden.method()) {
            case "average" -> Combination.of(new Average());
            case "concatenation" -> Combination.of(new Concatenation());
            case "weighted_sum" -> Combination.of(weightedSum(p));
            case "linear" -> Combination.of(new Linear(p.get("out_dim").asLong()));
            case "mlp" ->
                Combination.of(
                        new Mlp(p.get("hidden_dim").asLong(), p.get("out_dim").asLong()));
            case "attention" -> Combination.of(new Attention(p.get("num_heads").asInt()));
            case "projection" -> mapped(new Average(), new WidthMap.Projection(commonWidth(p)));
            case "zero_padding" -> mapped(new Average(), new WidthMap.ZeroPad(commonWidth(p)));
            case "zero_padding_weighted" -> mapped(weightedSum(p), new WidthMap.ZeroPad(commonWidth(p)));
            default -> throw new IllegalArgumentException(golden.toString());
        };
        return p.has("normalise_rows") ? combination.withRows(Rows.UNIT_LENGTH) : combination;
    }

    private static Combination mapped(Combiner combiner, WidthMap map) {
        return Combination.of(combiner).withMaps(List.of(map, map));
    }

    private static long commonWidth(JsonNode parameters) {
        return parameters.get("common_dim").asLong();
    }

    private static WeightedSum weightedSum(JsonNode parameters) {
        return new WeightedSum(
                List.of(
                        parameters.get("alpha").asDouble(),
                        parameters.get("beta").asDouble()),
                false);
    }
}
