package io.sinter.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.safetensors.SafetensorsFile;
import io.sinter.tensor.DType;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Which elements of a task vector are kept, against mergekit's: see {@code golden/merges/README.md} in the resources. */
class GoldenPruningTest {

    private static final Path FOLDER = Path.of("src/test/resources/golden/merges");
    private static final SafetensorsFile TENSORS = SafetensorsFile.open(FOLDER.resolve("sparsify.safetensors"));

    record Case(String name, String method, JsonNode parameters) {

        TensorData tensor(String role) {
            return TENSORS.tensor(name + "/" + role);
        }

        /** The tensor as the task vector of one model over a base of zeros. */
        TensorGroup group() {
            TensorData tensor = tensor("tensor");
            return new TensorGroup(name, TensorData.allocate(DType.FLOAT, tensor.shape()), List.of(tensor), 0);
        }

        List<Double> parameter(String key) {
            return List.of(parameters.get(key).asDouble());
        }

        Pruning pruning(TensorGroup group) {
            UniformDraws draws = (model, first, count, target) ->
                    System.arraycopy(tensor("uniform").toFloatArray(), (int) first, target, 0, count);
            return switch (method) {
                case "magnitude" -> MagnitudePruning.ofLargest(group, parameter("density"));
                case "magnitude_outliers" -> MagnitudePruning.ofBand(group, parameter("density"), parameter("gamma"));
                case "random" -> RandomPruning.of(parameter("density"), draws);
                case "della_magprune" -> RankPruning.of(group, parameter("density"), parameter("epsilon"), draws);
                default -> throw new IllegalArgumentException(method);
            };
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() throws IOException {
        JsonNode root = new JsonMapper().readTree(Files.readString(FOLDER.resolve("sparsify.json")));
        List<Case> cases = root.get("cases")
                .valueStream()
                .map(c -> new Case(c.get("case").asString(), c.get("method").asString(), c.get("params")))
                .toList();
        assertThat(cases).hasSize(64);
        return cases.stream();
    }

    /** Other norms than L1 are no recipe's: of those cases, what is kept is compared, and that it has one factor. */
    @ParameterizedTest
    @MethodSource("cases")
    void pruning_keeps_whatMergekitKeeps(Case golden) {
        TensorGroup group = golden.group();
        Pruning.Pruner pruner = golden.pruning(group).open().apply(new Reader(group));
        int n = (int) group.elements();
        float[] kept = new float[Reader.BLOCK];
        System.arraycopy(golden.tensor("tensor").toFloatArray(), 0, kept, 0, n);
        pruner.prune(0, 0, n, kept);
        float[] expected = golden.tensor("out").toFloatArray();
        double factor = factor(kept, expected);
        for (int i = 0; i < n; i++) {
            assertThat(kept[i] * factor).as("element %d", i).isCloseTo(expected[i], within(1e-5));
        }
        if (golden.parameters().get("rescale_norm").isNull()) {
            assertThat(factor).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rescaling_toTheL1Norm_isMergekits(Case golden) {
        JsonNode norm = golden.parameters().get("rescale_norm");
        if (norm.isNull() || !norm.asString().equals("l1")) {
            return;
        }
        TensorGroup group = golden.group();
        TaskVectors whole =
                new TaskVectors("rescaled", List.of(1.0), new TaskVectors.Scale(1, false, true), TaskVectors.Signs.ALL);
        assertThat(Merging.distance(
                        Merging.all(whole.merge(group, golden.pruning(group)), group),
                        golden.tensor("out").toFloatArray()))
                .isLessThan(1e-5);
    }

    private static double factor(float[] kept, float[] expected) {
        for (int i = 0; i < expected.length; i++) {
            if (kept[i] != 0) {
                return (double) expected[i] / kept[i];
            }
        }
        return 1;
    }
}
