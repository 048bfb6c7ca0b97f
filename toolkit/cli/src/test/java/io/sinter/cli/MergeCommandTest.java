package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class MergeCommandTest {

    @TempDir
    Path folder;

    @BeforeEach
    void models() throws IOException {
        TinyModels.encoder(folder, "one", 8);
        TinyModels.encoder(folder, "two", 8);
        recipe("recipe.yaml", "body: one\ncombine: {method: average}\n");
    }

    private void recipe(String name, String rest) throws IOException {
        Files.writeString(folder.resolve(name), """
                models:
                  - {name: one, model: one, pooling: mean}
                  - {name: two, model: two, pooling: mean}
                """ + rest);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void dryRun_printsThePlanAndWritesNothing() throws IOException {
        List<String> before = files();

        SinterProcess.Result result = SinterProcess.run(folder, "merge", "recipe.yaml", "--dry-run", "-o", "merged")
                .exits(ExitCode.OK);

        assertThat(result.out())
                .contains("FLOAT [16, 8]")
                .contains("average, bake")
                .contains("one (ONNX graph)")
                .contains("writes about");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void dryRunAsJson_isOneValue() {
        JsonNode plan = SinterProcess.run(folder, "merge", "recipe.yaml", "--dry-run", "--json")
                .exits(ExitCode.OK)
                .json();

        assertThat(plan.path("method").stringValue()).isEqualTo("average");
        assertThat(plan.path("sources")).hasSize(2);
    }

    @Test
    void merge_writesTheDirectory_andAgainOnlyWithForce() throws IOException {
        SinterProcess.Result first = SinterProcess.run(folder, "merge", "recipe.yaml", "-o", "merged");
        first.exits(ExitCode.OK);
        assertThat(first.out()).contains("merged into merged: FLOAT [16, 8]").contains("model.onnx");
        assertThat(folder.resolve("merged")).isDirectoryContaining("glob:**/{model.onnx,tokenizer.json,sinter.json}");
        byte[] model = Files.readAllBytes(folder.resolve("merged/model.onnx"));

        Path own = Files.writeString(folder.resolve("merged/own.txt"), "mine");
        SinterProcess.Result refused = SinterProcess.run(folder, "merge", "recipe.yaml", "-o", "merged");
        assertThat(refused.exits(ExitCode.OUTPUT).err())
                .contains("merged: exists already")
                .contains("--force");
        assertThat(own).exists();

        JsonNode report = SinterProcess.run(folder, "merge", "recipe.yaml", "-o", "merged", "--force", "--json")
                .exits(ExitCode.OK)
                .json();
        assertThat(report.path("files").has("model.onnx")).isTrue();
        assertThat(own).doesNotExist();
        assertThat(Files.readAllBytes(folder.resolve("merged/model.onnx"))).isEqualTo(model);
    }

    @Test
    void modelsByName_areAveragedInTheFirst_andTheRecipeIsPrinted() {
        SinterProcess.Result result =
                SinterProcess.run(folder, "merge", "one", "two", "-o", "merged").exits(ExitCode.OK);

        assertThat(result.err()).contains("recipe").contains("body: \"one\"").contains("combine: {method: average}");
        assertThat(folder.resolve("merged")).isDirectoryContaining("glob:**/{model.onnx,tokenizer.json,sinter.json}");
        assertThat(SinterProcess.run(folder, "verify", "merged")
                        .exits(ExitCode.OK)
                        .out())
                .contains("baked = live");
    }

    @Test
    void oneModelByName_isNothingToMerge() {
        assertThat(SinterProcess.run(folder, "merge", "one", "-o", "merged")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("one: one model alone is nothing to merge");
    }

    @Test
    void coverageBesideARecipe_isAUsageError() {
        assertThat(SinterProcess.run(folder, "merge", "recipe.yaml", "--min-coverage", "0.5", "--dry-run")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("vocabulary: {min_coverage: SHARE}");
    }

    @Test
    void missingOutputOption_isAUsageError() {
        assertThat(SinterProcess.run(folder, "merge", "recipe.yaml")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("--output=DIR")
                .contains("--dry-run");
    }

    @Test
    void missingRecipe_isNamed() {
        assertThat(SinterProcess.run(folder, "merge", "absent.yaml", "-o", "merged")
                        .exits(ExitCode.MISSING)
                        .err())
                .startsWith("sinter: absent.yaml");
    }

    @Test
    void unknownKey_isNamedWithLineAndSuggestion() throws IOException {
        recipe("typo.yaml", "body: one\ncombien: {method: average}\ncombine: {method: average}\n");

        assertThat(SinterProcess.run(folder, "merge", "typo.yaml", "-o", "merged")
                        .exits(ExitCode.USAGE)
                        .err())
                .startsWith("sinter: typo.yaml:5: combien: unknown key")
                .contains("did you mean \"combine\"?");
    }

    @Test
    void widthsThatDiffer_areRefusedWithBothShapes() throws IOException {
        TinyModels.encoder(folder, "two", 12);

        assertThat(SinterProcess.run(folder, "merge", "recipe.yaml", "-o", "merged")
                        .exits(ExitCode.INCOMPATIBLE)
                        .err())
                .contains("one [16, 8]")
                .contains("two [16, 12]")
                .contains("dimension");
        assertThat(folder.resolve("merged")).doesNotExist();
    }

    @Test
    void vocabulariesThatDiffer_areRefusedWithTheFirstToken() throws IOException {
        List<String> words = new ArrayList<>(TinyModels.WORDS);
        words.set(6, "emperor");
        Files.writeString(folder.resolve("two/tokenizer.json"), TinyModels.tokenizer(words));

        assertThat(SinterProcess.run(folder, "merge", "recipe.yaml", "-o", "merged")
                        .exits(ExitCode.INCOMPATIBLE)
                        .err())
                .contains("king");
    }

    @Test
    void malformedModel_isNamed() throws IOException {
        byte[] model = Files.readAllBytes(folder.resolve("two/model.onnx"));
        Files.write(folder.resolve("two/model.onnx"), Arrays.copyOf(model, model.length / 2));

        assertThat(SinterProcess.run(folder, "merge", "recipe.yaml", "-o", "merged")
                        .exits(ExitCode.MALFORMED)
                        .err())
                .contains("model.onnx");
        assertThat(folder.resolve("merged")).doesNotExist();
    }

    @Test
    void missingModel_isNamed() throws IOException {
        Files.delete(folder.resolve("two/model.onnx"));

        assertThat(SinterProcess.run(folder, "merge", "recipe.yaml", "-o", "merged")
                        .exits(ExitCode.MISSING)
                        .err())
                .contains("two: no model");
    }

    @Test
    void cudaWithoutIt_isAnErrorThatSaysWhatIsMissing() {
        SinterProcess.Result result = SinterProcess.run(
                        folder, "merge", "recipe.yaml", "-o", "merged", "--device", "cuda")
                .exits(ExitCode.DEVICE);

        assertThat(result.err()).contains("cuda: ").contains("use the device cpu");
        assertThat(folder.resolve("merged")).doesNotExist();
    }
}
