package io.sinter.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sinter.error.IncompatibleException;
import io.sinter.safetensors.SafetensorsFile;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every weight merge against mergekit's numbers: see {@code golden/merges/README.md} in the resources. */
class GoldenWeightMergeTest {

    private static final double BOUND = 1e-5;
    private static final Path FOLDER = Path.of("src/test/resources/golden/merges");
    private static final SafetensorsFile TENSORS = SafetensorsFile.open(FOLDER.resolve("merges.safetensors"));

    /** Of a function, not of a recipe; or told by the tensors. */
    private static final Set<String> NO_PARAMETERS =
            Set.of("base_model", "tensor_parameters", "is_embed", "dot_threshold");

    record Case(String name, String method, JsonNode parameters, Set<String> roles) {

        TensorData tensor(String role) {
            return TENSORS.tensor(name + "/" + role);
        }

        MethodDescription description() {
            return WeightMerges.named(method);
        }

        int models() {
            return (int)
                    IntStream.range(1, 10).filter(i -> roles.contains("m" + i)).count();
        }

        TensorGroup group() {
            List<TensorData> models = new ArrayList<>();
            for (int i = 1; i <= models(); i++) {
                models.add(tensor("m" + i));
            }
            @Nullable TensorData base = roles.contains("base") ? tensor("base") : null;
            if (method.equals("slerp")) {
                base = models.removeFirst();
            }
            return new TensorGroup(name, base, models, 1);
        }

        WeightMerge merge() {
            Map<String, Double> values = new HashMap<>();
            List<Map<String, Double>> perModel = IntStream.range(0, models() - (method.equals("slerp") ? 1 : 0))
                    .<Map<String, Double>>mapToObj(i -> new HashMap<>())
                    .toList();
            parameters
                    .propertyStream()
                    .filter(p -> !NO_PARAMETERS.contains(p.getKey()))
                    .forEach(p -> {
                        if (p.getValue().isArray()) {
                            for (int i = 0; i < perModel.size(); i++) {
                                perModel.get(i)
                                        .put(p.getKey(), p.getValue().get(i).asDouble());
                            }
                        } else {
                            values.put(p.getKey(), number(p.getValue()));
                        }
                    });
            JsonNode ofModels = parameters.path("tensor_parameters");
            ofModels.propertyStream().forEach(p -> {
                for (int i = 0; i < perModel.size(); i++) {
                    perModel.get(i)
                            .put(p.getKey(), p.getValue().get("m" + (i + 1)).asDouble());
                }
            });
            return WeightMerges.create(description(), values, perModel);
        }

        /** The recorded random numbers, where there are any. */
        UniformDraws draws() {
            return (model, first, count, target) -> {
                float[] all = tensor("uniform.m" + (model + 1)).toFloatArray();
                System.arraycopy(all, (int) first, target, 0, count);
            };
        }

        boolean isRandom() {
            return roles.contains("uniform.m1");
        }

        @Override
        public String toString() {
            return name;
        }

        private static double number(JsonNode value) {
            return value.isBoolean() ? (value.asBoolean() ? 1 : 0) : value.asDouble();
        }
    }

    static List<Case> all() throws IOException {
        JsonNode root = new JsonMapper().readTree(Files.readString(FOLDER.resolve("merges.json")));
        List<Case> cases = root.get("cases")
                .valueStream()
                .map(c -> new Case(
                        c.get("case").asString(),
                        c.get("method").asString(),
                        c.get("params"),
                        new HashSet<>(c.get("tensors").propertyNames())))
                .toList();
        assertThat(cases).hasSize(304);
        return cases;
    }

    static Stream<Case> cases() throws IOException {
        return all().stream()
                .filter(c -> !c.name().contains("_quirk"))
                .filter(c -> !c.name().contains("embed_rows"))
                .filter(c -> !c.method().equals("multislerp"));
    }

    static Stream<Case> multislerps() throws IOException {
        return all().stream().filter(c -> c.method().equals("multislerp"));
    }

    static Stream<Case> quirks() throws IOException {
        return all().stream().filter(c -> c.name().contains("_quirk"));
    }

    static Stream<Case> cropped() throws IOException {
        return all().stream().filter(c -> c.name().contains("embed_rows"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void merge_ofRandomTensors_isMergekits(Case golden) {
        TensorGroup group = golden.group();
        WeightMerge merge = golden.merge();
        MergedWeights merged = golden.isRandom() ? replayed(merge, group, golden.draws()) : merge.prepare(group);
        assertThat(Merging.distance(
                        Merging.all(merged, group), golden.tensor("out").toFloatArray()))
                .isLessThanOrEqualTo(BOUND);
    }

    private static MergedWeights replayed(WeightMerge merge, TensorGroup group, UniformDraws draws) {
        return switch (merge) {
            case DareLinear dare -> dare.prepare(group, draws);
            case DareTies dare -> dare.prepare(group, draws);
            case Della della -> della.prepare(group, draws);
            case DellaLinear della -> della.prepare(group, draws);
            default -> throw new IllegalArgumentException(merge.method() + " draws nothing");
        };
    }

    /** mergekit's step is 0, so that its result is where our steps start. */
    @ParameterizedTest
    @MethodSource("multislerps")
    void multislerp_withoutSteps_isMergekits(Case golden) {
        TensorGroup group = golden.group();
        MergedWeights start = ((Multislerp) golden.merge()).prepare(group, new SphereMean.Ending(0, 0));
        assertThat(Merging.distance(
                        Merging.all(start, group), golden.tensor("out").toFloatArray()))
                .isLessThanOrEqualTo(BOUND);
    }

    /** Where ⌊γn⌋ is 0 none of the largest is dropped; mergekit drops everything. */
    @ParameterizedTest
    @MethodSource("quirks")
    void breadcrumbs_withoutLargestToDrop_keepTheLargest(Case golden) {
        TensorGroup group = golden.group();
        List<Double> weight = new ArrayList<>();
        List<Double> density = new ArrayList<>();
        JsonNode given = golden.parameters().get("tensor_parameters");
        for (int i = 1; i <= golden.models(); i++) {
            weight.add(given.get("weight").get("m" + i).asDouble());
            density.add(given.get("density").get("m" + i).asDouble());
        }
        boolean ties = golden.method().equals("breadcrumbs_ties");
        TaskVectors largest = new TaskVectors(
                "expected",
                weight,
                new TaskVectors.Scale(1, false, false),
                ties ? TaskVectors.Signs.ELECTED : TaskVectors.Signs.ALL);
        float[] expected = Merging.all(largest.merge(group, MagnitudePruning.ofLargest(group, density)), group);
        assertThat(Merging.distance(Merging.merged(golden.merge(), group), expected))
                .isZero();
        assertThat(Merging.distance(expected, golden.tensor("base").toFloatArray()))
                .isGreaterThan(0.1);
    }

    /** mergekit cuts tables of different sizes to the common corner. */
    @ParameterizedTest
    @MethodSource("cropped")
    void shapes_thatDiffer_areAnError(Case golden) {
        assertThatThrownBy(golden::group)
                .isInstanceOf(IncompatibleException.class)
                .hasMessageContaining("[15, 6]")
                .hasMessageContaining("[12, 6]");
    }

    /** RegMean reads texts besides weights and is not mergekit's: {@code RegMeanTest} has its numbers. */
    @Test
    void cases_coverEveryMethodOfMergekit() throws IOException {
        assertThat(all().stream().map(c -> c.description().name()).distinct())
                .containsExactlyInAnyOrderElementsOf(WeightMerges.all().stream()
                        .map(MethodDescription::name)
                        .filter(name -> !name.equals("regmean"))
                        .toList());
    }
}
