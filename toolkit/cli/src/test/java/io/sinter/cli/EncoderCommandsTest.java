package io.sinter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sinter.safetensors.SafetensorsFile;
import io.sinter.safetensors.SafetensorsWriter;
import io.sinter.tensor.TensorData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class EncoderCommandsTest {

    private static final String PAIRS =
            "5\ta cat sits\ta cat sits\n3\tthe king reads\tthe queen reads\n1\ta dog runs\tthe ship\n";

    @TempDir
    Path folder;

    @BeforeEach
    void model() throws IOException {
        TinyModels.encoder(folder, "one", 8);
    }

    @Test
    void inspect_showsTableGraphAndTokenizer() {
        SinterProcess.Result result =
                SinterProcess.run(folder, "inspect", "one").exits(ExitCode.OK);

        assertThat(result.out())
                .contains("ONNX graph")
                .contains("FLOAT [16, 8]")
                .contains("embeddings.weight")
                .contains("input_ids")
                .contains("MatMul 1")
                .contains("16 tokens");
    }

    @Test
    void inspectAsJson_isOneValue() {
        JsonNode summary = SinterProcess.run(folder, "inspect", "one", "--json")
                .exits(ExitCode.OK)
                .json();

        assertThat(summary.path("kind").stringValue()).isEqualTo("ONNX graph");
        assertThat(summary.path("tokenizer").path("tokens").intValue()).isEqualTo(16);
    }

    @Test
    void inspectGraph_printsNodes() {
        assertThat(SinterProcess.run(folder, "inspect", "one/model.onnx", "--graph")
                        .exits(ExitCode.OK)
                        .out())
                .contains("Gather")
                .contains("last_hidden_state");
    }

    @Test
    void inspectOfACheckpoint_showsItsTiedProjection() {
        Path checkpoint = SinterProcess.HOME.resolve("samples/models/bert-mini-fiction");

        assertThat(SinterProcess.run(folder, "inspect", checkpoint.toString())
                        .exits(ExitCode.OK)
                        .out())
                .contains("FLOAT16 [6144, 192]")
                .contains("model_type: bert");
        assertThat(SinterProcess.run(folder, "inspect", checkpoint.toString(), "--graph")
                        .exits(ExitCode.UNSUPPORTED)
                        .err())
                .contains("--graph needs an .onnx model");
    }

    @Test
    void embed_printsVectorsAndCosines() {
        SinterProcess.Result result = SinterProcess.run(
                        folder, "embed", "one", "--pooling", "mean", "a cat sits", "a dog runs")
                .exits(ExitCode.OK);

        assertThat(result.out())
                .contains("8 numbers  a cat sits")
                .contains("cosines")
                .contains("1.0000");
    }

    @Test
    void embedToNpy_writesTheShape() throws IOException {
        Files.writeString(folder.resolve("lines.txt"), "a cat\nthe sea\na king reads the book\n");

        assertThat(SinterProcess.run(folder, "embed", "one", "--pooling", "cls", "--file", "lines.txt", "-o", "v.npy")
                        .exits(ExitCode.OK)
                        .out())
                .contains("v.npy: float32 [3, 8]");
        byte[] npy = Files.readAllBytes(folder.resolve("v.npy"));
        assertThat(new String(npy, 0, 128, StandardCharsets.ISO_8859_1))
                .contains("NUMPY")
                .contains("'<f4'")
                .contains("(3, 8)");
        assertThat(npy.length % 64).isEqualTo(3 * 8 * 4 % 64);
    }

    @Test
    void embedAsJson_givesUnitVectors() {
        JsonNode embedded = SinterProcess.run(folder, "embed", "one", "--pooling", "max", "--json", "a cat", "the sea")
                .exits(ExitCode.OK)
                .json();

        assertThat(embedded).hasSize(2);
        double square = 0;
        for (JsonNode value : embedded.get(1).path("vector")) {
            square += value.doubleValue() * value.doubleValue();
        }
        assertThat(square).isCloseTo(1, within(1e-5));
    }

    @Test
    void embedWithoutPooling_saysWhichThereAre() {
        assertThat(SinterProcess.run(folder, "embed", "one", "a cat")
                        .exits(ExitCode.MISSING)
                        .err())
                .contains("last_hidden_state")
                .contains("cls, mean, max, last-token");
    }

    @Test
    void embedWithoutTexts_isAUsageError() {
        assertThat(SinterProcess.run(folder, "embed", "one", "--pooling", "mean")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("Nothing to embed");
    }

    @Test
    void embedWithAnUnknownPooling_listsThem() {
        assertThat(SinterProcess.run(folder, "embed", "one", "--pooling", "median", "a cat")
                        .exits(ExitCode.USAGE)
                        .err())
                .contains("median")
                .contains("cls, mean, max, last-token");
    }

    @Test
    void eval_printsTheMetricAskedFor() throws IOException {
        Files.writeString(folder.resolve("pairs.tsv"), PAIRS);

        assertThat(SinterProcess.run(folder, "eval", "one", "--pooling", "mean", "--sts", "pairs.tsv")
                        .exits(ExitCode.OK)
                        .out())
                .containsPattern("pairs +spearman -?\\d+\\.\\d\\d +\\(3 pairs\\)");
        JsonNode scores = SinterProcess.run(
                        folder,
                        "eval",
                        "one",
                        "--pooling",
                        "mean",
                        "--sts",
                        "pairs.tsv",
                        "--metric",
                        "pearson",
                        "--json")
                .exits(ExitCode.OK)
                .json();
        assertThat(scores.get(0).path("metric").stringValue()).isEqualTo("pearson");
        assertThat(scores.get(0).path("score").doubleValue()).isBetween(-100.0, 100.0);
    }

    @Test
    void evalOfABadLine_namesItsNumber() throws IOException {
        Files.writeString(folder.resolve("pairs.tsv"), PAIRS + "high\ta cat\ta dog\n");

        assertThat(SinterProcess.run(folder, "eval", "one", "--pooling", "mean", "--sts", "pairs.tsv")
                        .exits(ExitCode.MALFORMED)
                        .err())
                .contains("pairs.tsv: line 4")
                .contains("high");
    }

    @Test
    void run_computesTheOutputs() {
        SafetensorsWriter.write(
                folder.resolve("in.safetensors"),
                Map.of(
                        "input_ids", TensorData.of(List.of(1L, 3L), 2, 5, 3),
                        "attention_mask", TensorData.of(List.of(1L, 3L), 1, 1, 1)),
                Map.of());

        assertThat(SinterProcess.run(
                                folder, "run", "one/model.onnx", "--inputs", "in.safetensors", "-o", "out.safetensors")
                        .exits(ExitCode.OK)
                        .out())
                .contains("FLOAT [1, 3, 8]  last_hidden_state");
        TensorData hidden =
                SafetensorsFile.open(folder.resolve("out.safetensors")).tensor("last_hidden_state");
        assertThat(hidden.shape()).containsExactly(1L, 3L, 8L);
        for (float value : hidden.toFloatArray()) {
            assertThat(value).isBetween(-1f, 1f).isNotZero();
        }
    }

    @Test
    void runWithoutAnInput_namesIt() {
        SafetensorsWriter.write(
                folder.resolve("in.safetensors"),
                Map.of("input_ids", TensorData.of(List.of(1L, 3L), 2, 5, 3)),
                Map.of());

        assertThat(SinterProcess.run(folder, "run", "one/model.onnx", "--inputs", "in.safetensors", "-o", "out")
                        .exits(ExitCode.INCOMPATIBLE)
                        .err())
                .contains("attention_mask");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void runOfAnOutputThatIsNotThere_listsThem() {
        SafetensorsWriter.write(
                folder.resolve("in.safetensors"),
                Map.of(
                        "input_ids", TensorData.of(List.of(1L, 3L), 2, 5, 3),
                        "attention_mask", TensorData.of(List.of(1L, 3L), 1, 1, 1)),
                Map.of());

        assertThat(SinterProcess.run(
                                folder,
                                "run",
                                "one/model.onnx",
                                "--inputs",
                                "in.safetensors",
                                "-o",
                                "out",
                                "--outputs",
                                "logits")
                        .exits(ExitCode.INCOMPATIBLE)
                        .err())
                .contains("logits")
                .contains("last_hidden_state");
    }
}
