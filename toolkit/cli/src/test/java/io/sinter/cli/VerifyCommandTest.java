package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sinter.onnx.io.OnnxReader;
import io.sinter.onnx.io.OnnxWriter;
import io.sinter.onnx.io.WriteOptions;
import io.sinter.onnx.ir.Model;
import io.sinter.onnx.ir.Value;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class VerifyCommandTest {

    @TempDir
    static Path folder;

    @BeforeAll
    static void merge() throws IOException {
        TinyModels.encoder(folder, "one", 8);
        TinyModels.encoder(folder, "two", 8);
        Files.writeString(folder.resolve("recipe.yaml"), """
                models:
                  - {name: one, model: one, pooling: mean}
                  - {name: two, model: two, pooling: mean}
                body: one
                combine: {method: average}
                """);
        SinterProcess.run(folder, "merge", "recipe.yaml", "-o", "merged").exits(ExitCode.OK);
    }

    /** Another directory with the files that the merge wrote. */
    private static Path copy(String name) throws IOException {
        Path copy = Files.createDirectory(folder.resolve(name));
        try (Stream<Path> files = Files.list(folder.resolve("merged"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    @Test
    void whatMergeWrote_passes() {
        SinterProcess.Result result =
                SinterProcess.run(folder, "verify", "merged").exits(ExitCode.OK);

        assertThat(result.out())
                .containsPattern("passed +tokenizer")
                .containsPattern("passed +graph")
                .containsPattern("passed +run")
                .containsPattern("passed +baked = live");
    }

    @Test
    void damagedTable_isFound() throws IOException {
        Path file = copy("damaged").resolve("model.onnx");
        Model model = OnnxReader.read(file);
        Value table = model.graph().initializers().stream()
                .filter(v -> v.name().equals("embeddings.weight"))
                .findFirst()
                .orElseThrow();
        TensorData damaged = TensorData.of(
                Objects.requireNonNull(table.initializer()).shape(),
                Objects.requireNonNull(table.initializer()).toFloatArray());
        for (int i = 0; i < 40; i++) {
            damaged.data().setAtIndex(TensorData.F32, i, 3f);
        }
        model.graph().setInitializer(table, damaged);
        OnnxWriter.write(model, file, WriteOptions.DEFAULT);

        JsonNode checks = SinterProcess.run(folder, "verify", "damaged", "--json")
                .exits(ExitCode.VERIFICATION)
                .json();
        JsonNode recomputed = checks.get(checks.size() - 1);
        assertThat(recomputed.path("outcome").stringValue()).isEqualTo("FAILED");
        assertThat(recomputed.path("detail").stringValue()).contains("outputs differ by");
    }

    @Test
    void tokenizerOfABiggerModel_isFound() throws IOException {
        List<String> words = new ArrayList<>(TinyModels.WORDS);
        words.add("whale");
        Files.writeString(copy("bigger").resolve("tokenizer.json"), TinyModels.tokenizer(words));

        assertThat(SinterProcess.run(folder, "verify", "bigger")
                        .exits(ExitCode.VERIFICATION)
                        .out())
                .containsPattern("failed +tokenizer +.*ids up to 16, but the table has 16 rows");
    }

    @Test
    void sourcesThatAreGone_areSaidToBe() throws IOException {
        Path away = Files.move(folder.resolve("two"), folder.resolve("moved"));
        try {
            assertThat(SinterProcess.run(folder, "verify", "merged")
                            .exits(ExitCode.OK)
                            .out())
                    .containsPattern("skipped +baked = live +.*model.onnx is not there any more");
        } finally {
            Files.move(away, folder.resolve("two"));
        }
    }

    @Test
    void folderThatNoMergeWrote_isRefused() {
        assertThat(SinterProcess.run(folder, "verify", "one")
                        .exits(ExitCode.MISSING)
                        .err())
                .contains("no sinter.json");
    }
}
