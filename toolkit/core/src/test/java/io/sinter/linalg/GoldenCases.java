package io.sinter.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.safetensors.SafetensorsFile;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Golden numbers: a JSON file of cases and a safetensors file of their tensors, under {@code case/role}. */
public final class GoldenCases {

    private GoldenCases() {}

    /** A case. */
    public record Case(String name, String method, JsonNode parameters, SafetensorsFile tensors) {

        /** A tensor. */
        public TensorData tensor(String role) {
            return tensors.tensor(name + "/" + role);
        }

        /** A tensor of rank 2 in double. */
        public Matrix matrix(String role) {
            return Matrix.copyOf(tensor(role));
        }

        /** A tensor of rank 0 or 1 in double. */
        public double[] vector(String role) {
            return tensor(role).data().toArray(TensorData.F64);
        }

        /** A tensor of whole numbers. */
        public int[] indices(String role) {
            return java.util.Arrays.stream(tensor(role).toLongArray())
                    .mapToInt(Math::toIntExact)
                    .toArray();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** All cases of a file in the resources' folder {@code golden}, such as {@code alignment/alignment}. */
    public static List<Case> read(String file) {
        Path folder = Path.of("src/test/resources/golden");
        SafetensorsFile tensors = SafetensorsFile.open(folder.resolve(file + ".safetensors"));
        try {
            JsonNode root = new JsonMapper().readTree(Files.readString(folder.resolve(file + ".json")));
            List<Case> cases = root.get("cases")
                    .valueStream()
                    .map(c -> new Case(c.get("case").asString(), c.get("method").asString(), c.get("params"), tensors))
                    .toList();
            assertThat(cases).isNotEmpty();
            return cases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
