package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@Timeout(240)
class TrainCommandTest {

    private static final Path MODELS = SinterProcess.HOME.resolve("samples/models");

    @TempDir
    Path folder;

    @BeforeEach
    void texts() throws IOException {
        Files.writeString(
                folder.resolve("texts.txt"),
                ("The old captain looked at the sea for a long time, and said nothing. ".repeat(2) + "\n").repeat(40));
    }

    private void recipe(String name, int steps, String more) throws IOException {
        recipe(name, "model: " + MODELS.resolve("bert-mini"), steps, more);
    }

    private void recipe(String name, String start, int steps, String more) throws IOException {
        Files.writeString(folder.resolve(name), """
                %s
                train:
                  objective: masked_language_model
                  data: texts.txt
                  steps: %d
                  batch: 4
                  max_tokens: 32
                  optimizer: {method: adamw, rate: 1e-3}
                  seed: 3
                %s
                """.formatted(start, steps, more.indent(2)));
    }

    @Test
    void trained_isAnOrdinaryDirectory_whoseLossFell() throws IOException {
        recipe("recipe.yaml", 30, "");
        SinterProcess.Result result = SinterProcess.run(folder, "train", "recipe.yaml", "-o", "out", "--json")
                .exits(ExitCode.OK);
        JsonNode loss = result.json().path("training").path("loss");
        assertThat(loss.path("last").asDouble()).isLessThan(loss.path("first").asDouble() - 0.5);
        assertThat(files("out"))
                .contains(
                        "model.onnx",
                        "model.safetensors",
                        "config.json",
                        "tokenizer.json",
                        "metrics.jsonl",
                        "loss.svg");
        assertThat(folder.resolve("out.training")).doesNotExist();
        assertThat(Files.readString(folder.resolve("out/README.md"))).contains("## Training", "masked_language_model");
        assertThat(SinterProcess.run(folder, "verify", "out").exits(ExitCode.OK).out())
                .containsPattern("passed +graph = checkpoint")
                .containsPattern("passed +training data")
                .doesNotContain("failed");
        assertThat(SinterProcess.run(folder, "fill-mask", "out", "the old [MASK] looked at the sea")
                        .exits(ExitCode.OK)
                        .out())
                .contains("captain");
    }

    @Test
    void weightsThatDidBest_areTheOnesWhoseMeasurementIsReported() throws IOException {
        Files.copy(folder.resolve("texts.txt"), folder.resolve("held-out.txt"));
        recipe("recipe.yaml", 4, "dev: {data: held-out.txt, every: 1, patience: 100}");
        Path recipe = folder.resolve("recipe.yaml");
        Files.writeString(recipe, Files.readString(recipe).replace("rate: 1e-3", "rate: 0.3"));

        JsonNode dev = SinterProcess.run(folder, "train", "recipe.yaml", "-o", "out", "--json")
                .exits(ExitCode.OK)
                .json()
                .path("training")
                .path("dev");

        assertThat(dev.path("step").asLong()).isZero();
        assertThat(dev.path("after").asDouble()).isEqualTo(dev.path("before").asDouble());
    }

    @Test
    void accumulated_averagesSeveralBatchesInAStep() throws IOException {
        recipe("once.yaml", 30, "");
        recipe("twice.yaml", 30, "accumulate: 2");
        assertThat(SinterProcess.run(folder, "train", "twice.yaml", "--dry-run")
                        .exits(ExitCode.OK)
                        .out())
                .contains("30 of 2 × 4");
        SinterProcess.run(folder, "train", "once.yaml", "-o", "once").exits(ExitCode.OK);
        JsonNode loss = SinterProcess.run(folder, "train", "twice.yaml", "-o", "twice", "--json")
                .exits(ExitCode.OK)
                .json()
                .path("training")
                .path("loss");
        assertThat(loss.path("last").asDouble()).isLessThan(loss.path("first").asDouble() - 0.5);
        assertThat(Files.mismatch(folder.resolve("once/model.safetensors"), folder.resolve("twice/model.safetensors")))
                .as("first byte that differs from one batch a step")
                .isNotEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dropout: 0", "accumulate: 2"})
    void killedAndResumed_endsAtTheSameBytes(String line) throws IOException, InterruptedException {
        recipe("recipe.yaml", 120, line);
        SinterProcess.run(folder, "train", "recipe.yaml", "-o", "whole").exits(ExitCode.OK);
        SinterProcess started = SinterProcess.start(folder, "train", "recipe.yaml", "-o", "out");
        Path checkpoint = folder.resolve("out.training/run/checkpoint-24.safetensors");
        while (!Files.exists(checkpoint)) {
            assertThat(started.process().isAlive())
                    .as("ended before it was killed")
                    .isTrue();
            Thread.sleep(5);
        }
        started.process().destroyForcibly().waitFor();
        assertThat(folder.resolve("out")).doesNotExist();

        assertThat(SinterProcess.run(folder, "train", "recipe.yaml", "-o", "out")
                        .exits(ExitCode.OUTPUT)
                        .err())
                .contains("out.training: a training that did not end is there", "--resume");
        assertThat(SinterProcess.run(folder, "train", "recipe.yaml", "-o", "out", "--resume")
                        .exits(ExitCode.OK)
                        .err())
                .contains("goes on after step");

        for (String name : List.of("model.onnx", "model.safetensors")) {
            assertThat(Files.mismatch(
                            folder.resolve("whole").resolve(name),
                            folder.resolve("out").resolve(name)))
                    .as("first byte that differs in %s", name)
                    .isEqualTo(-1);
        }
        assertThat(folder.resolve("out.training")).doesNotExist();
    }

    @Test
    void resumed_withAnotherRecipe_isRefused() throws IOException {
        recipe("recipe.yaml", 5, "");
        Files.createDirectories(folder.resolve("out.training"));
        Files.writeString(folder.resolve("out.training/recipe.yaml"), "another");
        assertThat(SinterProcess.run(folder, "train", "recipe.yaml", "-o", "out", "--resume")
                        .exits(ExitCode.OUTPUT)
                        .err())
                .contains("is of another recipe");
    }

    @Test
    void dryRun_saysWhatIsTrained_andWritesNothing() throws IOException {
        recipe("recipe.yaml", 5, "lora: {rank: 4, on: [\"*query*\", \"*value*\"]}");
        String out = SinterProcess.run(folder, "train", "recipe.yaml", "--dry-run")
                .exits(ExitCode.OK)
                .out();
        assertThat(out).contains("masked_language_model", "low-rank updates of rank 4", "16 tensors");
        assertThat(files(".")).containsExactlyInAnyOrder("recipe.yaml", "texts.txt");
    }

    @Test
    void merge_isMadeFirst_andTrained() throws IOException {
        recipe(
                "recipe.yaml",
                """
                merge_method: linear
                models:
                  - {model: %s, parameters: {weight: 0.5}}
                  - {model: %s, parameters: {weight: 0.5}}
                """.formatted(MODELS.resolve("bert-mini-fiction"), MODELS.resolve("bert-mini-reference")),
                5,
                "only: [\"encoder.layer.1.*\"]");
        assertThat(SinterProcess.run(folder, "merge", "recipe.yaml", "-o", "merged")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("has a train: section: use sinter train");
        SinterProcess.run(folder, "train", "recipe.yaml", "-o", "out").exits(ExitCode.OK);
        assertThat(Files.readString(folder.resolve("out/sinter.json"))).contains("bert-mini-fiction", "\"training\"");
        SinterProcess.run(folder, "verify", "out").exits(ExitCode.OK);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            only: ["encodr.layr.9.*"]   | INCOMPATIBLE | train: only: "encodr.layr.9.*" matches none of 74 parameters; there are such as
            schedule: {warmup: 9}       | USAGE        | recipe.yaml: train: schedule: warmup: got 9 steps, but the whole training has 5
            batches: 3                  | USAGE        | train.batches: unknown key
            """)
    void badRecipe_isToldBeforeTheFirstStep(String line, ExitCode code, String message) throws IOException {
        recipe("recipe.yaml", 5, line);
        SinterProcess.Result result =
                SinterProcess.run(folder, "train", "recipe.yaml", "--dry-run").exits(code);
        assertThat(result.err()).contains(message);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void noTrainSection_saysWhatToUse() throws IOException {
        Files.writeString(
                folder.resolve("recipe.yaml"), "models: [{model: a}, {model: b}]\ncombine: {method: average}\n");
        assertThat(SinterProcess.run(folder, "train", "recipe.yaml", "-o", "out")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("has no train: section", "use sinter merge");
    }

    private List<String> files(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(name))) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }
}
